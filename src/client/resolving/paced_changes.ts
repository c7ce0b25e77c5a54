import { type Clock, Timer } from "../../runtime/mod.ts";
import { LeakyBucket } from "./leaky_bucket.ts";

/** Changes of the addresses that take effect at once, and then per second. */
const CHANGES = { burst: 10, perSecond: 10 };

/** Knows which addresses are in use, and takes others. */
export interface ChangeOwner {
  /** Those in use. */
  told(): readonly string[];
  /** These are, from now on. */
  tell(addresses: readonly string[]): void;
}

/**
 * Changes of addresses after the first one: those that come too fast wait, and
 * only the latest takes effect.
 */
export class PacedChanges {
  readonly #clock: Clock;
  readonly #owner: ChangeOwner;
  readonly #timer: Timer;
  readonly #bucket = new LeakyBucket(CHANGES.burst, CHANGES.perSecond);
  #latest: readonly string[] | undefined;

  /** Starts after the first one, which counts. */
  constructor(clock: Clock, owner: ChangeOwner) {
    this.#clock = clock;
    this.#owner = owner;
    this.#timer = new Timer(clock);
    this.#bucket.take(clock.now());
  }

  /** There is another one. */
  add(addresses: readonly string[]): void {
    const isWaiting = this.#latest !== undefined;
    this.#latest = addresses;
    if (!isWaiting) this.#tellSoon(addresses);
  }

  /** What waits is of no use any more. */
  forget(): void {
    this.#timer.cancel();
    this.#latest = undefined;
  }

  #tellSoon(latest: readonly string[]): void {
    if (isSame(latest, this.#owner.told())) {
      return void (this.#latest = undefined);
    }
    const wait = this.#bucket.take(this.#clock.now());
    if (wait > 0) {
      return this.#timer.plan(wait, () => this.#tellSoon(this.#latest!));
    }
    this.#latest = undefined;
    this.#owner.tell(latest);
  }
}

/** Whether two lists have the same addresses in the same order. */
export function isSame(
  one: readonly string[],
  other: readonly string[],
): boolean {
  return one.length === other.length &&
    one.every((address, i) => address === other[i]);
}
