import type { Clock, PlannedTimer } from "./clock.ts";
import { systemClock } from "./system_clock.ts";

/**
 * Milliseconds after which a timer looks whether the event loop turns. That is by
 * how much a lag may be told too short: one of 100 ms is always told. A timer that
 * fires costs a busy process about half a millisecond of its time, so that looks
 * that are more frequent would cost more than they tell.
 */
const INTERVAL = 50;

/** Milliseconds from which on a lag is told. */
const NOTABLE = 50;

/** Hears of lags. */
export interface LagListener {
  /** The event loop did not turn for so many milliseconds when it was to. */
  onLag(lag: number): void;
}

/**
 * Notices that the event loop was held up while it had something to do: with one
 * timer, as long as somebody listens and something is done, and with none in a
 * process that is idle.
 */
export class LoopWatch {
  readonly #clock: Clock;
  readonly #listeners = new Set<LagListener>();
  #planned: PlannedTimer | undefined;
  #dueAt = 0;

  /** Watches nothing yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something is done: who listens is told if a lag follows. */
  touch(): void {
    if (this.#planned !== undefined || this.#listeners.size === 0) return;
    this.#dueAt = this.#clock.now() + INTERVAL;
    this.#planned = this.#clock.timer(INTERVAL, this.#look);
  }

  /** Somebody listens from now on. */
  join(listener: LagListener): void {
    this.#listeners.add(listener);
  }

  /** Somebody does so no longer. */
  leave(listener: LagListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#planned?.cancel();
    this.#planned = undefined;
  }

  readonly #look = (): void => {
    this.#planned = undefined;
    const lag = this.#clock.now() - this.#dueAt;
    if (lag < NOTABLE) return;
    for (const listener of [...this.#listeners]) listener.onLag(lag);
  };
}

/** That of the process; another clock has no event loop that lags. */
export const loopWatch: LoopWatch = new LoopWatch(systemClock);
