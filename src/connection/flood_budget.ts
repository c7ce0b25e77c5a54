import { ConnectionError, ErrorCode } from "../frames/mod.ts";

/** How many frames a budget bears. */
export interface FloodLimits {
  /** Frames that may come in one burst. */
  readonly burst: number;
  /** Frames that are forgiven every second. */
  readonly perSecond: number;
}

/** For frames of no use to anybody. */
const USELESS: FloodLimits = { burst: 1_000, perSecond: 500 };

/**
 * Bounds the work that a peer can cause with frames that carry nothing:
 * SETTINGS, PRIORITY, empty DATA, extensions, and RST_STREAM as far as it is
 * not to be expected (RFC 9113 section 10.5, CVE-2019-9512 and following,
 * CVE-2023-44487).
 *
 * PINGs do not count here: the enforcement policy and the bound on unsent
 * replies cover them.
 */
export class FloodBudget {
  readonly #limits: FloodLimits;
  #spent = 0;
  #at = -Infinity;

  /** Starts with nothing spent. */
  constructor(limits: FloodLimits = USELESS) {
    this.#limits = limits;
  }

  /**
   * Accounts for one frame.
   *
   * @param cost What it costs, in frames.
   * @throws {ConnectionError} ENHANCE_YOUR_CALM if the budget is used up.
   */
  spend(now: number, what: string, cost: number = 1): void {
    const { burst, perSecond } = this.#limits;
    const forgiven = (now - this.#at) * perSecond / 1_000;
    this.#spent = Math.max(0, this.#spent - forgiven) + cost;
    this.#at = now;
    if (this.#spent <= burst) return;
    throw new ConnectionError(
      ErrorCode.ENHANCE_YOUR_CALM,
      `Received more than ${burst} frames without use in a burst, the last a ${what}, expected at most ${perSecond} a second`,
    );
  }
}
