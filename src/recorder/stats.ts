import type { ConnectionStats, PingStats, Spread } from "../grpc/mod.ts";
import type { Sketch } from "./sketch.ts";

/** The numbers of a connection that is open, and which one it is. */
export interface ConnectionEntry extends ConnectionStats {
  /** Its number: `Transport.id`. */
  readonly id: number;
  /** Which end this is. */
  readonly role: "client" | "server";
  /** The address of the other end. */
  readonly peer: string;
}

/** What all connections together have come to, in numbers. */
export interface RecorderStats {
  /** Their PINGs. */
  readonly pings: PingStats;
  /** Connections that are open. */
  readonly open: number;
  /** Each of them. */
  readonly connections: readonly ConnectionEntry[];
  /** Connections that have ended, by the kind of their end. */
  readonly ended: Readonly<Record<string, number>>;
  /** Connections that were overdue, and what became of them. */
  readonly suspicions: SuspicionStats;
  /** PINGs of other ends that came too early. */
  readonly strikes: number;
  /** Times that the machine slept, as each connection has it. */
  readonly suspends: number;
  /** By how much what was due was done too late, see `ConnectionStats`. */
  readonly lag: Spread | undefined;
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
