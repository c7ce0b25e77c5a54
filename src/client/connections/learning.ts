import type { Clock } from "../../runtime/mod.ts";
import type { StoreClient } from "./keepalive_store.ts";
import { LearnedFloor, type LearnedKeepalive } from "./learned_floor.ts";

/** Milliseconds between two times that the passing of time is saved. */
const SAVE_EVERY = 3_600_000;

/** What a channel learns of servers that complain, and where that is kept. */
export class Learning {
  /** How often servers have said that there were too many PINGs. */
  tooManyPings = 0;
  /** What the first connection waits for: what was learned before. */
  loading: Promise<void> | undefined;
  readonly #clock: Clock;
  readonly #store: StoreClient | undefined;
  /** Made when there is something to learn, or to adopt. */
  #floor: LearnedFloor | undefined;
  /** When a PING was last answered, once something was learned. */
  #heardAt: number | undefined;
  #savedAt: number | undefined;

  /** Knows nothing yet. */
  constructor(clock: Clock, store: StoreClient | undefined) {
    this.#clock = clock;
    this.#store = store;
  }

  /** What was learned; `undefined` for nothing. */
  get learned(): LearnedKeepalive | undefined {
    return this.#floor?.learned;
  }

  /** Loads what was saved; `adopted` is called with it. */
  load(adopted: (learned: LearnedKeepalive) => void): void {
    this.loading = this.#store?.load(this.#clock, (learned) => {
      this.#ensureFloor().adopt(learned);
      adopted(learned);
    });
  }

  /** A connection with such an interval was ended over it. */
  raise(time: number, wall: number): void {
    this.#ensureFloor().raise(time, wall);
  }

  /**
   * A PING was answered on a connection with such an interval.
   *
   * @param own The interval of the options.
   */
  heard(time: number, own: number, wall: number): void {
    const now = this.#clock.now();
    const used = Math.min(now - (this.#heardAt ?? -Infinity), 2 * time);
    this.#heardAt = now;
    this.#floor?.quiet(used, own, wall);
  }

  /** Tries a lower interval. */
  lower(own: number, wall: number): void {
    this.#floor?.lower(own, wall);
  }

  /** Saves what has changed. */
  save(): void {
    this.#savedAt = this.#clock.now();
    this.#store?.save(this.learned);
  }

  /** Saves that time has passed, now and then. */
  saveRarely(): void {
    const since = this.#clock.now() - (this.#savedAt ?? -Infinity);
    if (since >= SAVE_EVERY) this.save();
  }

  #ensureFloor(): LearnedFloor {
    return this.#floor ??= new LearnedFloor();
  }
}
