import { LONGEST_DELAY } from "./time_limit.ts";

/** A timer of any length. */
export class Later {
  #id: ReturnType<typeof setTimeout> | undefined;

  /**
   * Does something later, instead of what was planned before.
   *
   * @param delay Milliseconds; `Infinity` for never.
   */
  plan(delay: number, action: () => void): void {
    this.cancel();
    if (delay === Infinity) return;
    this.#id = delay <= LONGEST_DELAY
      ? setTimeout(action, Math.max(0, delay))
      : setTimeout(
        () => this.plan(delay - LONGEST_DELAY, action),
        LONGEST_DELAY,
      );
  }

  /** Forgets what was planned. */
  cancel(): void {
    if (this.#id !== undefined) clearTimeout(this.#id);
    this.#id = undefined;
  }
}
