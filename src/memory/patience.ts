/** What is held at one time, by a connection and by all together. */
export interface Standing {
  /** Octets that the connection holds, and those that are pinned. */
  readonly use: number;
  readonly pinned: number;
  /** The same of all. */
  readonly allUse: number;
  readonly allPinned: number;
  /** Octets that have come of reserved messages, on any connection. */
  readonly allArrived: number;
  /** How many waited for the total and had their turn. */
  readonly granted: number;
}

/**
 * How long there was no progress for the calls that wait on a connection. What
 * small calls take and give back meanwhile is no progress, or others could wait
 * for ever; nor is a message that comes octet by octet.
 */
export class Patience {
  readonly #step: number;
  #since = 0;
  #hasMoved = true;
  #arrived = 0;
  #before: Standing | undefined;

  /** Starts anew; less than `step` octets make no difference. */
  constructor(step: number) {
    this.#step = step;
  }

  /** Other calls wait than before, or one had its turn. */
  renew(): void {
    this.#hasMoved = true;
  }

  /** Octets came of a message that was reserved. */
  came(octets: number): void {
    this.#arrived += octets;
  }

  /** Since when nothing has moved. */
  since(now: number, standing: Standing, isForTotal: boolean): number {
    if (this.hasProgress(standing, isForTotal)) {
      this.#hasMoved = false;
      this.#arrived = 0;
      this.#before = standing;
      this.#since = now;
    }
    return this.#since;
  }

  /**
   * Whether something moves: somebody in line had a turn, less is held by a
   * part that matters, or reserved messages go on.
   */
  hasProgress(now: Standing, isForTotal: boolean): boolean {
    const before = this.#before;
    if (this.#hasMoved || before === undefined) return true;
    const step = this.#step;
    if (this.#arrived >= step) return true;
    if (now.use <= before.use - step) return true;
    if (now.pinned <= before.pinned - step) return true;
    return isForTotal && (now.granted !== before.granted ||
      now.allUse <= before.allUse - step ||
      now.allPinned <= before.allPinned - step);
  }

  /** Whether reserved messages go on, on whatever connection. */
  hasArrivals({ allArrived }: Standing): boolean {
    return allArrived - (this.#before?.allArrived ?? 0) >= this.#step;
  }
}
