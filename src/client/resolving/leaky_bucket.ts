/** Bounds a rate: some at once, and then so many in a second. */
export class LeakyBucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #level = 0;
  #at = -Infinity;

  /**
   * Starts empty.
   *
   * @param burst How many pass at once.
   * @param perSecond How many pass in a second, in the long run.
   */
  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
  }

  /**
   * Lets one pass, or says how long it has to wait.
   *
   * @param now The time on a monotonic clock, in milliseconds.
   * @returns 0 if it passes, or the whole milliseconds until one can: what
   * rounding leaves of one is so short that a clock does not move by it.
   */
  take(now: number): number {
    const leaked = Math.max(0, now - this.#at) * this.#perSecond / 1_000;
    this.#level = Math.max(0, this.#level - leaked);
    this.#at = now;
    if (this.#level + 1 > this.#burst) {
      const wait = (this.#level + 1 - this.#burst) * 1_000 / this.#perSecond;
      return Math.ceil(wait);
    }
    this.#level++;
    return 0;
  }
}
