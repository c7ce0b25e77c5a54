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
  /** When that is due: a whole number takes no memory of its own. */
  #at: number | undefined;
  /** What the clock gave last: once it has fired, it may be used again. */
  #planned: PlannedTimer | undefined;
  /** When the timer of the clock fires at the latest, if it is set. */
  #wakesAt: number | undefined;

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
    const at = this.#clock.now() + delay;
    this.#at = at;
    this.#action = action;
    if (this.#isTooEarly(at)) this.#arm(at, delay);
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
    if (this.#isTooEarly(at)) this.#arm(at, at - this.#clock.now());
  }

  /** Forgets what was planned. */
  cancel(): void {
    this.#at = undefined;
    this.#action = undefined;
    this.#disarm();
  }

  /** Whether that is before the timer of the clock fires, even if it is late. */
  #isTooEarly(at: number): boolean {
    const wakesAt = this.#wakesAt;
    if (wakesAt === undefined) return true;
    return at < wakesAt && at + (this.#lenient?.slack ?? 0) < wakesAt;
  }

  #disarm(): void {
    if (this.#wakesAt !== undefined) this.#planned?.cancel();
    this.#wakesAt = undefined;
  }

  #arm(at: number, delay: number): void {
    this.#disarm();
    this.#wait(at, delay);
  }

  #wait(at: number, delay: number): void {
    const slack = this.#lenient?.slack ?? 0;
    const spent = this.#planned;
    this.#planned = planTimed(this.#clock, delay, this, slack, spent);
    this.#wakesAt = at + slack;
    if (this.#holds) this.#planned.ref();
  }

  /** The timer of the clock fires. */
  onTimer(): void {
    this.#wakesAt = undefined;
    const action = this.#action;
    const at = this.#at;
    if (action === undefined || at === undefined) return;
    const left = at - this.#clock.now();
    // What rounding has left of a delay might never pass if it is added again.
    if (left > 0) return this.#wait(at, Math.max(left, 1));
    this.#at = undefined;
    this.#action = undefined;
    if (typeof action === "function") action();
    else action.onTimer();
  }
}
