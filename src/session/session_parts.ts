import type {
  Connection,
  EventLog,
  Observed,
  PingRecord,
} from "../connection/mod.ts";
import type { ConnectionMemory } from "../memory/mod.ts";
import type { OwnCounters } from "./counters.ts";
import type { InformingEventType, SessionEvent } from "./events.ts";
import type { ToldPolicy } from "../keepalive/mod.ts";
import type { ClientParameters, ServerParameters } from "./parameters.ts";

/** What a {@linkcode Session} can be given besides its parameters. */
export interface SessionSetup {
  /**
   * A number from 0 to 1 that the peer does not know: it decides the jitter of
   * the connection's age.
   *
   * @default {0.5}
   */
  readonly random?: number;
  /**
   * See {@linkcode Session.observed}.
   *
   * @default {false}
   */
  readonly observed?: Observed<InformingEventType>;
}

/** How many PINGs a session sends, and what server and client tell of that. */
export interface SessionPolicy {
  /**
   * The interval of keepalive in milliseconds, as the server's policy has left
   * it; `Infinity` if it is off, or the handshake is not over.
   */
  readonly time: number;
  /** Whether PINGs are sent while no stream is active. */
  readonly permitWithoutStream: boolean;
  /**
   * Milliseconds that the server wants between two PINGs, as far as it has told
   * and this end heeds; 0 otherwise.
   */
  readonly minTime: number;
  /** The last PING of this end. */
  readonly lastPing: Readonly<PingRecord> | undefined;
  /** What the server has told of its policy; not for a server. */
  readonly told: ToldPolicy | undefined;
  /**
   * The server has told its policy with the metadata of a response. Only the
   * first counts.
   */
  onMetadata(text: string): void;
  /**
   * What a server tells with the metadata of the first response; `undefined` if
   * that is nothing, or has been taken.
   */
  takeText(): string | undefined;
}

/** What the parts of a session work with. */
export interface SessionParts {
  /** The options in force. */
  readonly parameters: ClientParameters | ServerParameters;
  /** See {@linkcode SessionSetup.random}. */
  readonly random: number;
  /** The HTTP/2 connection. */
  readonly connection: Connection;
  /** What the connection and its calls hold, if they have held anything. */
  readonly heldMemory: ConnectionMemory | undefined;
  /** What happened, and the clock. */
  readonly events: EventLog<SessionEvent>;
  /** What has been counted. */
  readonly counters: OwnCounters;
  /** What is to be told of the keepalive of the connection when it ends. */
  findings: readonly string[];
}
