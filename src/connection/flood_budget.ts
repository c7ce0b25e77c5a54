import { ConnectionError, ErrorCode } from "../frames/mod.ts";

/** Frames of no use to anybody that may come in one burst. */
const BURST = 1_000;

/** Such frames that are forgiven every second. */
const FORGIVEN_PER_SECOND = 500;

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
  #spent = 0;
  #at = -Infinity;

  /**
   * Accounts for one frame.
   *
   * @throws {ConnectionError} ENHANCE_YOUR_CALM if the budget is used up.
   */
  spend(now: number, what: string): void {
    const forgiven = (now - this.#at) * FORGIVEN_PER_SECOND / 1_000;
    this.#spent = Math.max(0, this.#spent - forgiven) + 1;
    this.#at = now;
    if (this.#spent <= BURST) return;
    throw new ConnectionError(
      ErrorCode.ENHANCE_YOUR_CALM,
      `Received more than ${BURST} frames without use in a burst, the last a ${what}, expected at most ${FORGIVEN_PER_SECOND} a second`,
    );
  }
}
