/**
 * What peers accept and print.
 *
 * @module
 */

import type { Detail } from "../error_details.ts";

/** One line that a peer printed. Which fields it has depends on its type and on the stack. */
export interface PeerEvent {
  /**
   * - `listening`, `stopped`: the process.
   * - `connection`, `disconnected`, `error`, `keepalive-timeout`: a connection.
   * - `ping`, `pong` (its ACK), `goaway`: frames.
   * - `state`: the connectivity state of a client.
   * - `held`, `call`: calls of a client.
   * - `received`: a failure with details, as the API of the stack has it.
   * - `slowed`: a client doubled its keepalive time.
   * - `unsupported`, `clamped`: a flag that the stack cannot obey.
   * - `unreadable`: a line that is no JSON.
   */
  readonly type: string;
  /** Milliseconds since the peer started. */
  readonly at: number;
  /** The port of `listening`. */
  readonly port?: number;
  /** The connection, where the stack tells. */
  readonly conn?: number | string;
  /** Who sent a `ping`, `pong` or `goaway`: this peer or the other side. */
  readonly from?: "self" | "peer";
  /** The payload of a `ping` or `pong`, in hex. */
  readonly data?: string;
  /** The error code of `goaway`, or the gRPC status of `call` and `held`. */
  readonly code?: number;
  /** The debug data of `goaway`. */
  readonly debug?: string;
  /** The last stream id of `goaway`. */
  readonly lastStreamId?: number;
  /** The connectivity state of `state`. */
  readonly state?: string;
  /** Whether the `held` stream is now open. */
  readonly open?: boolean;
  /** The method of `call`. */
  readonly method?: string;
  /** How long a `call` took, in milliseconds. */
  readonly ms?: number;
  /** How many messages a `call` received. */
  readonly messages?: number;
  /** How many bytes those messages had. */
  readonly bytes?: number;
  /** The failure that was asked for, of `received`. */
  readonly name?: string;
  /** The details of `received`, as JSON where the stack reports texts only. */
  readonly details?: readonly Detail[] | string;
  /** The status text of `call`, `held` and `received`, or the text of `error`. */
  readonly message?: string;
  /** The keepalive time after `slowed`, in milliseconds. */
  readonly timeMs?: number;
  /** The flag that is `unsupported` or `clamped`. */
  readonly flag?: string;
  /** Why a flag is `unsupported`. */
  readonly why?: string;
  /** The value that a `clamped` flag had. */
  readonly asked?: number;
  /** The value in force instead. */
  readonly used?: number;
}

/** Flags of both roles; times in milliseconds. An absent flag leaves the default of the stack. */
export interface PeerFlags {
  /** Silence before a ping. */
  readonly keepaliveTime?: number;
  /** Wait for the answer to a ping. */
  readonly keepaliveTimeout?: number;
  /** Clients ping, and servers accept pings, while there is no stream. */
  readonly permitWithoutStream?: boolean;
}

/** Flags of the role `server`. */
export interface PeerServerFlags extends PeerFlags {
  /** The port on 127.0.0.1, by default a free one. */
  readonly port?: number;
  /** The shortest time between two pings of a client. */
  readonly minTime?: number;
  /** How many earlier pings are forgiven. */
  readonly maxPingStrikes?: number;
  /** The longest time of a connection without streams. */
  readonly maxConnectionIdle?: number;
  /** The longest life of a connection. */
  readonly maxConnectionAge?: number;
  /** The time that streams are given after that. */
  readonly maxConnectionAgeGrace?: number;
}

/** Flags of the role `client`. */
export interface PeerClientFlags extends PeerFlags {
  /** The server, as `host:port`. */
  readonly target: string;
  /** Sends a ping at this interval, answered or not. */
  readonly pingEvery?: number;
  /** The call to make, by default none. */
  readonly call?: "unary" | "server-stream" | "client-stream" | "bidi" | "none";
  /** Repeats the call this long after its end. */
  readonly callEvery?: number;
  /** How long to stay, by default until the call is done or, without one, until stopped. */
  readonly duration?: number;
  /** Keeps a quiet bidi stream open, and opens another when it is lost. */
  readonly hold?: boolean;
}
