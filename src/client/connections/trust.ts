import type { Clock } from "../../runtime/mod.ts";
import type { LocalHealth } from "./local_health.ts";
import type { SleepWatch } from "./sleep_watch.ts";

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
  /** Knows how long the machine slept. */
  readonly sleep: SleepWatch;
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
