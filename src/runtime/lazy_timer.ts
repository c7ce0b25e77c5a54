import { LONGEST_DELAY } from "./time_limit.ts";

/**
 * One timer for a deadline that mostly moves away.
 *
 * A deadline that moves to later leaves the timer alone: it fires too early,
 * and is armed anew for the rest. So reading costs no timer. It never holds
 * the process open.
 */
export class LazyTimer {
  readonly #now: () => number;
  readonly #fire: () => void;
  #id: ReturnType<typeof setTimeout> | undefined;
  #at = Infinity;

  /**
   * Starts without a deadline.
   *
   * @param now The clock of the deadlines, in milliseconds.
   * @param fire Is called at the deadline, or before.
   */
  constructor(now: () => number, fire: () => void) {
    this.#now = now;
    this.#fire = fire;
  }

  /** Sets the deadline; `Infinity` for none. */
  set(deadline: number): void {
    if (deadline === Infinity) return this.clear();
    if (deadline >= this.#at) return;
    this.clear();
    this.#at = deadline;
    const delay = Math.ceil(deadline - this.#now());
    this.#id = setTimeout(
      () => this.#expire(),
      Math.min(Math.max(delay, 0), LONGEST_DELAY),
    );
    Deno.unrefTimer(this.#id);
  }

  /** Forgets the deadline. */
  clear(): void {
    if (this.#id !== undefined) clearTimeout(this.#id);
    this.#id = undefined;
    this.#at = Infinity;
  }

  #expire(): void {
    this.#id = undefined;
    this.#at = Infinity;
    this.#fire();
  }
}
