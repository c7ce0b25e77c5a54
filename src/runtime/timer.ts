import type { Clock, PlannedTimer, Timed } from "./clock.ts";
import { planTimed } from "./system_clock.ts";

/** Who knows by how much what it has planned may be late. */
export interface Lenient {
  /** Milliseconds. It is asked when a timer of the clock is set. */
  readonly slack: number;
}

/**
 * One action that is planned again and again, on any clock.
 *
 * A time that moves to later leaves the timer of the clock alone: that fires
 * early, and is set anew for the rest. So a deadline that moves away with each
 * read costs no timer.
 */
export class Timer implements Timed {
  readonly #clock: Clock;
  readonly #holds: boolean;
  readonly #lenient: Lenient | undefined;
  #action: (() => void) | Timed | undefined;
  #at = Infinity;
  /** What the clock gave last: once it has fired, it may be used again. */
  #planned: PlannedTimer | undefined;
  /** When the timer of the clock fires at the latest. */
  #wakesAt = Infinity;

  /**
   * Plans nothing yet.
   *
   * @param holds Whether what is planned keeps the process alive.
   * @param lenient Who knows by how much it may be late; without, by nothing.
   */
  constructor(clock: Clock, holds: boolean = false, lenient?: Lenient) {
    this.#clock = clock;
    this.#holds = holds;
    this.#lenient = lenient;
  }

  /**
   * Does something later, instead of what was planned before, and never within
   * the call.
   *
   * @param delay Milliseconds of any length; `Infinity` for never.
   */
  plan(delay: number, action: () => void): void {
    if (delay === Infinity) return this.cancel();
    this.#at = this.#clock.now() + delay;
    this.#action = action;
    if (this.#isTooEarly) this.#arm(delay);
  }

  /**
   * Does something at a time, instead of what was planned before.
   *
   * @param at Milliseconds of the clock; `Infinity` for never.
   */
  planAt(at: number, action: (() => void) | Timed): void {
    if (at === Infinity) return this.cancel();
    this.#at = at;
    this.#action = action;
    if (this.#isTooEarly) this.#arm(at - this.#clock.now());
  }

  /** Forgets what was planned. */
  cancel(): void {
    this.#at = Infinity;
    this.#action = undefined;
    this.#disarm();
  }

  /** Whether it is due before the timer of the clock fires, even if it is late. */
  get #isTooEarly(): boolean {
    return this.#at < this.#wakesAt &&
      this.#at + (this.#lenient?.slack ?? 0) < this.#wakesAt;
  }

  #disarm(): void {
    if (this.#wakesAt < Infinity) this.#planned?.cancel();
    this.#wakesAt = Infinity;
  }

  #arm(delay: number): void {
    this.#disarm();
    this.#wait(delay);
  }

  #wait(delay: number): void {
    const slack = this.#lenient?.slack ?? 0;
    const spent = this.#planned;
    this.#planned = planTimed(this.#clock, delay, this, slack, spent);
    this.#wakesAt = this.#at + slack;
    if (this.#holds) this.#planned.ref();
  }

  /** The timer of the clock fires. */
  onTimer(): void {
    this.#wakesAt = Infinity;
    const action = this.#action;
    if (action === undefined) return;
    const left = this.#at - this.#clock.now();
    // What rounding has left of a delay might never pass if it is added again.
    if (left > 0) return this.#wait(Math.max(left, 1));
    this.#at = Infinity;
    this.#action = undefined;
    if (typeof action === "function") action();
    else action.onTimer();
  }
}
