import type { TransportEvent } from "../transport/mod.ts";

/** What happened to a connection, as far as it is remembered. */
export interface ConnectionRecording {
  /** Tells it from that of a channel. */
  readonly type: "connection";
  /** Its number: `Transport.id`. */
  readonly id: number;
  /** Which end it was recorded at. */
  readonly role: "client" | "server";
  /** The address of the other end. */
  readonly peer: string;
  /** What is to be added to a time of it for milliseconds since 1970. */
  readonly wallOffset: number;
  /** Events before the first one that are no longer there. */
  readonly forgotten: number;
  /** When it began to be recorded. */
  readonly since: number;
  /**
   * When the recording was taken, or the connection ended: up to then nothing
   * else has happened.
   */
  readonly until: number;
  /** What happened, oldest first. */
  readonly events: readonly TransportEvent[];
  /** The same in numbers. */
  readonly stats: ConnectionStats;
  /** Its last calls, if calls are recorded. */
  readonly calls: readonly RecordedCall[];
}

/** A call, or an attempt at one, on a connection. */
export interface RecordedCall {
  /** The path of the method. */
  readonly method: string;
  /** The stream of the connection. */
  readonly streamId: number;
  /** When its stream was opened. */
  readonly from: number;
  /** When it ended; `Infinity` if it goes on. */
  readonly to: number;
  /** The status code, see `Status`; -1 if it goes on. */
  readonly status: number;
}

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
  /**
   * By how much what was due was done too late, of what was late by 50 ms or
   * more in the last five to ten minutes; `undefined` if nothing was.
   */
  readonly lag: Spread | undefined;
}
