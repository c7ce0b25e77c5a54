import type { Clock, PlannedTimer } from "../../runtime/mod.ts";

/**
 * Keeps the process alive while a channel has something to do: its sockets and
 * timers do not. To count costs no timer, as calls may be short and many.
 */
export class ProcessHold {
  #count = 0;
  #isResting = true;
  #timer: PlannedTimer | undefined;
  readonly #clock: Clock;

  /** Holds nothing yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether something has begun that has not ended. */
  get isHeld(): boolean {
    return this.#count > 0;
  }

  /** Something begins, `end` is to follow. */
  begin(): void {
    if (this.#count++ > 0) return;
    this.#isResting = false;
    this.#timer ??= this.#clock.timer(Infinity, () => {});
    this.#timer.ref();
  }

  /** Something has ended. */
  end(): void {
    if (--this.#count > 0 || this.#timer === undefined) return;
    if (this.#isResting) this.#forget();
    else this.#timer.unref();
  }

  /** The channel rests: nothing is left behind, unless something still runs. */
  rest(): void {
    this.#isResting = true;
    if (this.#count === 0) this.#forget();
  }

  #forget(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
