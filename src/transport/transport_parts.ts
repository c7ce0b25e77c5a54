import type { Clock } from "../runtime/mod.ts";
import type { InformingEventType, Observed, Session } from "../session/mod.ts";
import type { PeerCertificate, Socket } from "./network/mod.ts";

/** What a `Transport` runs on. */
export interface TransportParts {
  /** The connected socket, which the transport will close. */
  readonly socket: Socket;
  /** The session to run on it. */
  readonly session: Session;
  /** The clocks. */
  readonly clock: Clock;
  /**
   * Whether what is sent in one turn of the event loop, however late in it,
   * leaves in one write. For sockets with Nagle's algorithm: there the second
   * of two small writes waits until the peer has acknowledged the first, for
   * 40 ms as a rule. It costs others a few microseconds of latency.
   *
   * @default {false}
   */
  readonly gathers?: boolean;
  /** The address of this end, if the socket has one. */
  readonly localAddr?: Deno.Addr;
  /** The address of the peer, if the socket has one. */
  readonly remoteAddr?: Deno.Addr;
  /** The certificate of the peer, if it was asked for one. */
  readonly peerCertificate?: PeerCertificate | undefined;
  /**
   * Which of the events that only inform are made, see
   * {@linkcode Session.observed}.
   *
   * @default {all, if somebody listens}
   */
  readonly observed?: Observed<InformingEventType> | undefined;
}
