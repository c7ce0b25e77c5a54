import { LONGEST_DELAY } from "../../runtime/mod.ts";

/**
 * Keeps the process alive while a channel has something to do: its sockets and
 * timers do not. To count costs no timer, as calls may be short and many.
 */
export class ProcessHold {
  #count = 0;
  #isResting = true;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether something has begun that has not ended. */
  get isHeld(): boolean {
    return this.#count > 0;
  }

  /** Something begins, `end` is to follow. */
  begin(): void {
    if (this.#count++ > 0) return;
    this.#isResting = false;
    if (this.#timer === undefined) this.#arm();
    else Deno.refTimer(this.#timer);
  }

  /** Something has ended. */
  end(): void {
    if (--this.#count > 0 || this.#timer === undefined) return;
    if (this.#isResting) this.#forget();
    else Deno.unrefTimer(this.#timer);
  }

  /** The channel rests: nothing is left behind, unless something still runs. */
  rest(): void {
    this.#isResting = true;
    if (this.#count === 0) this.#forget();
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#count > 0) this.#arm();
    }, LONGEST_DELAY);
  }
}
