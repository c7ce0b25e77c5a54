import { assert } from "../../invariants/mod.ts";
import { onAbort } from "../../runtime/mod.ts";
import { type InLine, Line } from "../../collections/mod.ts";

/** The place of a handler that waits. */
class Place implements InLine<Place> {
  line: object | undefined;
  ahead: Place | undefined;
  behind: Place | undefined;

  constructor(readonly enter: () => void) {}
}

/**
 * Bounds the handlers that run at once on a connection. A client that resets
 * its streams makes room for new ones, but a handler may run on for a while:
 * the next one waits for it (CVE-2023-44487).
 */
export class HandlerQuota {
  readonly #limit: number;
  #left: number;
  readonly #waiting = new Line<Place>();

  /** Starts with nothing running. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#left = limit;
  }

  /** Whether a handler may run now; if so, `leave` must follow. */
  enter(): boolean {
    if (this.#left <= 0) return false;
    this.#left--;
    return true;
  }

  /**
   * Waits until a handler may run, first come, first served; `leave` must
   * follow. Resolves to `false` if the call ends before.
   */
  wait(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (entered: boolean) => {
        this.#waiting.leave(place);
        watch[Symbol.dispose]();
        resolve(entered);
      };
      const place = new Place(() => settle(true));
      const giveUp = () => settle(false);
      this.#waiting.join(place);
      const watch = onAbort(signal, giveUp);
      if (signal.aborted) giveUp();
    });
  }

  /** A handler has returned. */
  leave(): void {
    const { first } = this.#waiting;
    if (first !== undefined) return first.enter();
    this.#left++;
    assert(
      this.#left <= this.#limit,
      "a handler leaves that has entered",
      this.#left,
    );
  }
}
