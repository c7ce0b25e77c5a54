import type { Sketch } from "./sketch.ts";

/** How a duration is spread, in milliseconds. */
export interface Spread {
  /** How many were measured. */
  readonly count: number;
  /** Half of them are at most so long. */
  readonly p50: number;
  /** Nine in ten are. */
  readonly p90: number;
  /** Ninety-nine in a hundred are. */
  readonly p99: number;
  /** The longest one, exactly. */
  readonly max: number;
}

/** The PINGs of one end, and what they measured. */
export interface PingStats {
  /** Those that were sent for keepalive, a drain or the user. */
  readonly sent: number;
  /** Those that were answered. */
  readonly acked: number;
  /** Those that were out when keepalive gave the connection up. */
  readonly lost: number;
  /** Lost ones as a part of all that were answered or lost, from 0 to 1. */
  readonly loss: number;
  /**
   * Round-trip times of the last five to ten minutes; `undefined` if there were
   * none. Those of one connection are off by 5 % at the most, those of several
   * together by 2 %.
   */
  readonly rtt: Spread | undefined;
  /**
   * How much one round-trip time differs from the one before, smoothed, in
   * milliseconds: the jitter of RFC 3550 section 6.4.1.
   */
  readonly jitter: number;
}

/** What one connection has come to, in numbers. */
export interface ConnectionStats {
  /** Its PINGs. */
  readonly pings: PingStats;
  /** Milliseconds since it could be used, or until its end. */
  readonly age: number;
  /** Milliseconds since octets were last read; -1 if none ever were. */
  readonly sinceRead: number;
  /** Milliseconds since octets were last written; -1 if none ever were. */
  readonly sinceWrite: number;
  /** PINGs of the other end that came too early. */
  readonly strikes: number;
  /** Times that the machine slept. */
  readonly suspends: number;
}

/** What all connections together have come to, in numbers. */
export interface RecorderStats {
  /** Their PINGs. */
  readonly pings: PingStats;
  /** Connections that are open. */
  readonly open: number;
  /** Connections that have ended, by the kind of their end. */
  readonly ended: Readonly<Record<string, number>>;
  /** Connections that were overdue, and what became of them. */
  readonly suspicions: SuspicionStats;
  /** PINGs of other ends that came too early. */
  readonly strikes: number;
  /** Times that the machine slept, as each connection has it. */
  readonly suspends: number;
}

/** Connections whose server was overdue, and what became of them. */
export interface SuspicionStats {
  /** How many there were. */
  readonly begun: number;
  /** The server answered, and the connection is used again. */
  readonly recovered: number;
  /** Another connection took its place. */
  readonly replaced: number;
  /** The connection ended before either. */
  readonly lost: number;
}

/** The spread of a sketch; `undefined` if it is empty. */
export function spreadOf(sketch: Sketch): Spread | undefined {
  if (sketch.count === 0) return undefined;
  return {
    count: sketch.count,
    p50: sketch.quantile(0.5),
    p90: sketch.quantile(0.9),
    p99: sketch.quantile(0.99),
    max: sketch.max,
  };
}
