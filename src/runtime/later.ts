import { LONGEST_DELAY } from "./time_limit.ts";

/** A timer of any length. */
export class Later {
  readonly #holds: boolean;
  #id: ReturnType<typeof setTimeout> | undefined;

  /**
   * Plans nothing yet.
   *
   * @param holds Whether what is planned keeps the process alive.
   */
  constructor(holds: boolean = true) {
    this.#holds = holds;
  }

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
    if (!this.#holds) Deno.unrefTimer(this.#id);
  }

  /** Forgets what was planned. */
  cancel(): void {
    if (this.#id !== undefined) clearTimeout(this.#id);
    this.#id = undefined;
  }
}
