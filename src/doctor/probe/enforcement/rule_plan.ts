import type { IdleMethod } from "../idle_stream.ts";
import type { Kicks } from "./kicks.ts";

/**
 * From when a server measures the time to a PING: from the last one, early or
 * not, as most do; or, as grpc-java, from the last that was not early, which
 * there was none on a new connection, so that it is when that was made.
 */
export type Origin = "last-ping" | "connection" | "unknown";

/** What is to be found out about one rule of a server. */
export interface RulePlan {
  /** The stream beside the PINGs; without one, the rule without streams. */
  readonly idle: IdleMethod | undefined;
  /** The silences to try, in milliseconds, the longest first. */
  readonly gaps: readonly number[];
  /** From when the server measures, if that is known. */
  readonly origin: Origin;
  /** Counts the connections that the server closes for it. */
  readonly kicks: Kicks;
}
