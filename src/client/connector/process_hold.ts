import type { Clock, PlannedTimer } from "../../runtime/mod.ts";

/**
 * The one timer, which is never due, that holds the process for all channels with
 * a clock: it is there as long as one of them does not rest.
 */
class ClockHold {
  readonly #clock: Clock;
  #timer: PlannedTimer | undefined;
  #awake = 0;
  #holding = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    if (this.#awake++ === 0) {
      this.#timer = this.#clock.timer(Infinity, () => {});
    }
  }

  rest(): void {
    if (--this.#awake > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  hold(): void {
    if (this.#holding++ === 0) this.#timer?.ref();
  }

  release(): void {
    if (--this.#holding === 0) this.#timer?.unref();
  }
}

const byClock = new WeakMap<Clock, ClockHold>();

function clockHoldOf(clock: Clock): ClockHold {
  const known = byClock.get(clock) ?? new ClockHold(clock);
  byClock.set(clock, known);
  return known;
}

/**
 * Keeps the process alive while a channel has something to do: its sockets and
 * timers do not. To count costs no timer, as calls may be short and many.
 */
export class ProcessHold {
  #count = 0;
  #isResting = true;
  /** Whether the hold of the clock counts this one. */
  #isAwake = false;
  readonly #hold: ClockHold;

  /** Holds nothing yet. */
  constructor(clock: Clock) {
    this.#hold = clockHoldOf(clock);
  }

  /** Whether something has begun that has not ended. */
  get isHeld(): boolean {
    return this.#count > 0;
  }

  /** Something begins, `end` is to follow. */
  begin(): void {
    if (this.#count++ > 0) return;
    this.#isResting = false;
    if (!this.#isAwake) this.#hold.wake();
    this.#isAwake = true;
    this.#hold.hold();
  }

  /** Something has ended. */
  end(): void {
    if (--this.#count > 0) return;
    this.#hold.release();
    if (this.#isResting) this.#forget();
  }

  /** The channel rests: nothing is left behind, unless something still runs. */
  rest(): void {
    this.#isResting = true;
    if (this.#count === 0) this.#forget();
  }

  #forget(): void {
    if (this.#isAwake) this.#hold.rest();
    this.#isAwake = false;
  }
}
