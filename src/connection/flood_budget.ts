import { ConnectionError, ErrorCode } from "../frames/mod.ts";

/** How much a budget bears. */
export interface FloodLimits {
  /** What it counts, for the message. */
  readonly what: string;
  /** How many may come in one burst. */
  readonly burst: number;
  /** How many are forgiven every second. */
  readonly perSecond: number;
  /** How many may come in addition for useful ones that came before. */
  readonly saved: number;
}

/**
 * For frames of no use to anybody. One may accompany each useful frame: some
 * peers flush with an empty DATA frame after each message, send a PRIORITY with
 * each request, or a frame of an unknown type to see that it is ignored.
 */
export const USELESS_FRAMES: FloodLimits = {
  what: "frames without use",
  burst: 1_000,
  perSecond: 500,
  saved: 10_000,
};

/**
 * For streams that this end resets or ends early over a fault of the peer,
 * which makes room for the next one while what the stream has begun may still
 * run ("MadeYouReset", CVE-2025-8671). Each stream that goes well forgives one.
 */
export const FAULTY_STREAMS: FloodLimits = {
  what: "streams that had to be ended for a fault of the peer",
  burst: 1_000,
  perSecond: 500,
  saved: 0,
};

/**
 * Parts of a frame that are told apart. They are counted in whole numbers, as are
 * milliseconds: each other number takes 16 octets of its own.
 */
const PARTS = 1_000;

/**
 * Bounds the work that a peer can cause with what is of no use:
 * SETTINGS, PRIORITY, empty DATA, extensions, and RST_STREAM as far as it is
 * not to be expected (RFC 9113 section 10.5, CVE-2019-9512 and following,
 * CVE-2023-44487).
 *
 * PINGs do not count here: the enforcement policy and the bound on unsent
 * replies cover them.
 */
export class FloodBudget {
  readonly #limits: FloodLimits;
  /** Parts of frames; below zero is what useful frames have saved. */
  #spent = 0;
  /** When something was spent last, in whole milliseconds. */
  #at = 0;

  /** Starts with nothing spent. */
  constructor(limits: FloodLimits) {
    this.#limits = limits;
  }

  /**
   * Accounts for one frame.
   *
   * @param what Names it, for the message.
   * @param cost What it costs, in frames.
   * @throws {ConnectionError} ENHANCE_YOUR_CALM if the budget is used up.
   */
  spend(now: number, what: string, cost: number = 1): void {
    const { burst, perSecond } = this.#limits;
    const at = Math.floor(now);
    if (this.#spent > 0) {
      const forgiven = (at - this.#at) * perSecond * PARTS / 1_000;
      this.#spent = Math.max(0, this.#spent - forgiven);
    }
    this.#spent += Math.round(cost * PARTS);
    this.#at = at;
    if (this.#spent <= burst * PARTS) return;
    throw new ConnectionError(
      ErrorCode.ENHANCE_YOUR_CALM,
      `Received more than ${burst} ${this.#limits.what} in a burst, the last a ${what}, expected at most ${perSecond} a second`,
    );
  }

  /** Something useful came, which makes good for one frame. */
  earn(): void {
    const least = -this.#limits.saved * PARTS;
    if (this.#spent > least) this.#spent = Math.max(least, this.#spent - PARTS);
  }

  /** What was earned proves to be of no use, as far as it is unspent. */
  revoke(): void {
    if (this.#spent < 0) this.#spent = Math.min(0, this.#spent + PARTS);
  }
}
