import type { Clock, PlannedTimer } from "./clock.ts";
import { systemClock } from "./system_clock.ts";

/**
 * Milliseconds between two looks whether the event loop turns. That is by how much
 * a lag may be told too long: it began somewhere between them.
 */
const INTERVAL = 20;

/**
 * Looks after the last that found something done. What is held up while somebody
 * waits for an answer is seen; a process that is idle is woken no more. A look
 * costs nothing beside work, but a sixth of a millisecond where it has to wake
 * the process.
 */
const QUIET_LOOKS = 2;

/** Milliseconds from which on a lag is told. */
const NOTABLE = 50;

/** Hears of lags. */
export interface LagListener {
  /** The event loop did not turn for so many milliseconds, or up to 20 less. */
  onLag(lag: number, at: number): void;
}

/**
 * Notices that the event loop was held up while it had something to do: with one
 * timer, as long as somebody listens and something is done, and with none in a
 * process that is idle. A lag of 50 ms or more is always noticed, as two looks
 * are that far apart then, wherever between them it began.
 */
export class LoopWatch {
  readonly #clock: Clock;
  readonly #listeners = new Set<LagListener>();
  #planned: PlannedTimer | undefined;
  #lookedAt = 0;
  #looksLeft = 0;

  /** Watches nothing yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something is done: who listens is told if a lag follows. */
  touch(): void {
    if (this.#listeners.size === 0) return;
    this.#looksLeft = QUIET_LOOKS;
    if (this.#planned === undefined) this.#plan(this.#clock.now());
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

  #plan(now: number): void {
    this.#lookedAt = now;
    this.#planned = this.#clock.timer(INTERVAL, this.#look);
  }

  readonly #look = (): void => {
    this.#planned = undefined;
    const now = this.#clock.now();
    const lag = now - this.#lookedAt;
    if (this.#looksLeft-- > 0) this.#plan(now);
    if (lag < NOTABLE) return;
    for (const listener of [...this.#listeners]) listener.onLag(lag, now);
  };
}

/** That of the process; another clock has no event loop that lags. */
export const loopWatch: LoopWatch = new LoopWatch(systemClock);
