import { duration } from "../../options/mod.ts";
import type { Clock } from "../../runtime/mod.ts";
import type { LocalHealth } from "./local_health.ts";

/** When the first call after a silence makes sure of its connection. */
export type Verify =
  /** Never. */
  | "off"
  /** It takes a PING along. */
  | "piggyback"
  /** It waits for the answer to a PING. */
  | "await";

/** What a {@linkcode TrustedConnection} needs to know. */
export interface TrustSetup {
  /** The clocks. */
  readonly clock: Clock;
  /** Milliseconds for an answer until the peer is suspected. */
  readonly suspicionTimeout: number;
  /** See {@linkcode Verify}. */
  readonly verify: Verify;
  /** Milliseconds without a read that count as a silence. */
  readonly verifyAfter: number;
  /** Tells whether this end is to blame, when many are overdue. */
  readonly health?: LocalHealth | undefined;
}

/** How far the peer of a connection is trusted. */
export type Trust =
  /** As far as is known, it is there. */
  | "trusted"
  /** The first call after a silence waits for the answer to a PING. */
  | "verifying"
  /** It is overdue, and so are most others: calls wait for a while. */
  | "held"
  /** It is overdue: calls go elsewhere until it answers. */
  | "suspect";

/** A length of time for people: `420 ms`, `2.0 s`, `5 min 20 s`. */
export function inWords(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds >= 120_000) return duration(milliseconds);
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
