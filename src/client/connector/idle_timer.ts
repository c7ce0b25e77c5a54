import { LazyTimer } from "../../runtime/mod.ts";

/**
 * Notices that a channel is not used (gRFC A62): no call runs, and none has
 * ended within the timeout.
 */
export class IdleTimer {
  readonly #timeout: number;
  readonly #now: () => number;
  readonly #timer: LazyTimer;
  #running = 0;
  #usedAt = 0;

  /**
   * Starts without a timer.
   *
   * @param timeout Milliseconds; `Infinity` for never.
   * @param now The clock, in milliseconds.
   * @param onIdle Is called when the channel has been idle for so long.
   */
  constructor(timeout: number, now: () => number, onIdle: () => void) {
    this.#timeout = timeout;
    this.#now = now;
    this.#timer = new LazyTimer(now, () => this.#expire(onIdle));
  }

  /** Calls that run at present. */
  get running(): number {
    return this.#running;
  }

  /** The channel leaves idleness. */
  start(): void {
    this.#usedAt = this.#now();
    this.#arm();
  }

  /** A call begins. */
  begin(): void {
    this.#running++;
  }

  /** A call has ended. */
  end(): void {
    if (--this.#running === 0) this.#usedAt = this.#now();
  }

  /** The channel is idle, or closed. */
  stop(): void {
    this.#timer.clear();
  }

  #arm(): void {
    this.#timer.set(this.#usedAt + this.#timeout);
  }

  #expire(onIdle: () => void): void {
    const now = this.#now();
    if (this.#running > 0) this.#usedAt = now;
    if (now >= this.#usedAt + this.#timeout) onIdle();
    else this.#arm();
  }
}
