import type { Clock, PlannedTimer } from "../../runtime/mod.ts";

/**
 * The one timer, which is never due, that holds the process for all channels with
 * a clock: it is there as long as one of them does not rest.
 */
export class ClockHold {
  readonly #clock: Clock;
  #timer: PlannedTimer | undefined;
  #awake = 0;
  #holding = 0;

  /** Holds nothing yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A channel does not rest any more. */
  wake(): void {
    if (this.#awake++ === 0) {
      this.#timer = this.#clock.timer(Infinity, () => {});
    }
  }

  /** A channel rests. */
  rest(): void {
    if (--this.#awake > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** A channel has something to do; `release` is to follow. */
  hold(): void {
    if (this.#holding++ === 0) this.#timer?.ref();
  }

  /** It has nothing more to do. */
  release(): void {
    if (--this.#holding === 0) this.#timer?.unref();
  }
}

const byClock = new WeakMap<Clock, ClockHold>();

/** That of a clock. */
export function clockHoldOf(clock: Clock): ClockHold {
  const known = byClock.get(clock) ?? new ClockHold(clock);
  byClock.set(clock, known);
  return known;
}
