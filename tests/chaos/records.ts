/**
 * What the clients of a chaos run are told, and what they report.
 *
 * @module
 */
import type { ServiceConfig } from "@keepalive/grpc";

/** The kinds of call. */
export const KINDS = ["unary", "clientStream", "serverStream", "bidi"] as const;

/** One of {@linkcode KINDS}. */
export type Kind = typeof KINDS[number];

/** The argument of a client program. Times are milliseconds. */
export interface ClientSettings {
  /** Where to connect to. */
  readonly target: string;
  /** Calls of each kind in a second. */
  readonly rate: number;
  /** How long a call may take. */
  readonly deadline: number;
  /** The keepalive of the connection. */
  readonly keepalive: { readonly time: number; readonly timeout: number };
}

/** One call. Times are milliseconds since 1970. */
export interface CallRecord {
  readonly kind: Kind;
  readonly startedAt: number;
  /** `null` if it has never ended. */
  readonly endedAt: number | null;
  /** The status code; -1 for an error that is no status. */
  readonly code: number;
  /** The status message, or the error. */
  readonly details: string;
  /** What type of reason stands behind a failure; `null` if none does. */
  readonly reason: string | null;
}

/** How a call failed. */
export type Failure = Pick<CallRecord, "code" | "details" | "reason">;

/** A line that a client program prints. */
export type ClientLine =
  /** Calls that have ended, or never will. */
  | { readonly type: "calls"; readonly calls: readonly CallRecord[] }
  /** Something happened to its connections. */
  | ClientEvent
  /** No more calls are made since `stoppedAt`, and all are reported. */
  | {
    readonly type: "done";
    readonly stoppedAt: number;
    /** The longest time that the program did not get to run. */
    readonly longestPause: number;
  };

/** What happened to the connections of a client. */
export interface ClientEvent {
  readonly type: "event";
  /** Milliseconds since 1970. */
  readonly at: number;
  /** A state, `ping` for one of keepalive, or `closed`. */
  readonly event: string;
  /** Why. */
  readonly text: string;
}

/** How long after its deadline a call may end: timers of a busy machine. */
export const LATENESS = 500;

/** The same for all stacks. */
export const SERVICE_CONFIG: ServiceConfig = {
  methodConfig: [{
    name: [{}],
    waitForReady: true,
    retryPolicy: {
      maxAttempts: 5,
      initialBackoff: "0.1s",
      maxBackoff: "1s",
      backoffMultiplier: 2,
      retryableStatusCodes: ["UNAVAILABLE"],
    },
  }],
};

/** Milliseconds since 1970, with fractions, the same in all processes. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
