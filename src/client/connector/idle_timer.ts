import {
  type Clock,
  type PlannedTimer,
  planTimed,
  type Timed,
} from "../../runtime/mod.ts";

/** Is told that a channel is not used. */
export interface IdleOwner {
  /** The channel has been idle for so long. */
  onIdle(): void;
}

/**
 * Notices that a channel is not used ({@link https://github.com/grpc/proposal/blob/master/A62-pick-first.md | gRFC A62}): no call runs, and none has
 * ended within the timeout.
 */
export class IdleTimer implements Timed {
  readonly #timeout: number;
  readonly #clock: Clock;
  readonly #owner: IdleOwner;
  /** What the clock gave last. */
  #planned: PlannedTimer | undefined;
  #running = 0;
  #usedAt = 0;

  /**
   * Starts without a timer.
   *
   * @param timeout Milliseconds; `Infinity` for never.
   * @param clock The clock of the timeout.
   * @param owner Is told when the channel has been idle for so long.
   */
  constructor(timeout: number, clock: Clock, owner: IdleOwner) {
    this.#timeout = timeout;
    this.#clock = clock;
    this.#owner = owner;
  }

  /** Calls that run at present. */
  get running(): number {
    return this.#running;
  }

  /** The channel leaves idleness. */
  start(): void {
    this.#usedAt = this.#clock.now();
    this.#arm();
  }

  /** A call begins. */
  begin(): void {
    this.#running++;
  }

  /** A call has ended. */
  end(): void {
    if (--this.#running === 0) this.#usedAt = this.#clock.now();
  }

  /** The channel is idle, or closed. */
  stop(): void {
    this.#planned?.cancel();
  }

  /** What rounding has left of the time might never pass if it is added again. */
  #arm(): void {
    this.#planned?.cancel();
    if (this.#timeout === Infinity) return;
    const left = this.#usedAt + this.#timeout - this.#clock.now();
    const spent = this.#planned;
    this.#planned = planTimed(this.#clock, Math.max(left, 1), this, 0, spent);
  }

  onTimer(): void {
    const now = this.#clock.now();
    if (this.#running > 0) this.#usedAt = now;
    if (now >= this.#usedAt + this.#timeout) this.#owner.onIdle();
    else this.#arm();
  }
}
