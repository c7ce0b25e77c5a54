import type { Origin } from "../origin.ts";
import type { IdleMethod } from "../idle_stream.ts";
import type { Kicks } from "./kicks.ts";

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
