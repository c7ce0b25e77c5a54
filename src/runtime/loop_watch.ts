import type { Clock, PlannedTimer } from "./clock.ts";
import { systemClock } from "./system_clock.ts";
import { afterTurn } from "./turn.ts";

/**
 * Milliseconds between two looks whether the event loop turns. That is by how much
 * a lag may be told too long: it began somewhere between them. A look that has to
 * wake the process costs a fifth of a millisecond.
 */
const INTERVAL = 20;

/**
 * The same where reads tell as much, so that a look is for the time after them.
 * What is below {@linkcode NOTABLE} and above this is no lag, but silence.
 */
const INTERVAL_OF_READS = 40;

/**
 * Milliseconds after which a read asks whether the loop has turned, which costs
 * next to nothing in a process that is awake.
 */
const INTERVAL_OF_QUESTIONS = 10;

/**
 * Looks after the last that found something done. What is held up while somebody
 * waits for an answer is seen; a process that is idle is woken no more.
 */
const QUIET_LOOKS = 2;

/** Milliseconds from which on a lag is told. */
const NOTABLE = 50;

/** Hears of lags. */
export interface LagListener {
  /** The event loop did not turn for so many milliseconds, or somewhat less. */
  onLag(lag: number, at: number): void;
}

/**
 * Notices that the event loop was held up while it had something to do: with one
 * timer, as long as somebody listens and something is done, and with none in a
 * process that is idle. A lag of 50 ms or more is always noticed, as the loop is
 * seen to turn more often than that. It is told by 20 ms too long at the most, by
 * 10 ms under many reads, and by 40 ms where those have just stopped.
 */
export class LoopWatch {
  readonly #clock: Pick<Clock, "now" | "timer">;
  readonly #nextTurn: (action: () => void) => void;
  readonly #listeners = new Set<LagListener>();
  #planned: PlannedTimer | undefined;
  #turnedAt = 0;
  #looksLeft = 0;
  #isAsked = false;
  #isAnswered = false;

  /**
   * Watches nothing yet.
   *
   * @param nextTurn Does something when the loop has turned.
   */
  constructor(
    clock: Pick<Clock, "now" | "timer">,
    nextTurn: (action: () => void) => void = afterTurn,
  ) {
    this.#clock = clock;
    this.#nextTurn = nextTurn;
  }

  /** Something is done: who listens is told if a lag follows. */
  touch(): void {
    if (this.#listeners.size === 0) return;
    this.#looksLeft = QUIET_LOOKS;
    if (this.#planned !== undefined) return;
    this.#turnedAt = this.#clock.now();
    this.#plan();
  }

  /** Something was read, at the present time of a clock. */
  read(now: number, clock: Pick<Clock, "now" | "timer">): void {
    const isSoon = now - this.#turnedAt < INTERVAL_OF_QUESTIONS;
    if (isSoon || this.#planned === undefined || this.#isAsked) return;
    if (clock !== this.#clock) return;
    this.#isAsked = true;
    this.#nextTurn(this.#answer);
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

  #plan(): void {
    const interval = this.#isAnswered ? INTERVAL_OF_READS : INTERVAL;
    this.#isAnswered = false;
    this.#planned = this.#clock.timer(interval, this.#look);
  }

  readonly #look = (): void => {
    this.#planned = undefined;
    const lag = this.#turned();
    if (this.#looksLeft-- > 0) this.#plan();
    this.#tell(lag);
  };

  /** A read is no proof: one that has something at hand needs no turn. */
  readonly #answer = (): void => {
    this.#isAsked = false;
    if (this.#planned === undefined) return;
    this.#isAnswered = true;
    this.#tell(this.#turned());
  };

  /** The loop turns: for how long it has not. */
  #turned(): number {
    const before = this.#turnedAt;
    this.#turnedAt = this.#clock.now();
    return this.#turnedAt - before;
  }

  #tell(lag: number): void {
    if (lag < NOTABLE) return;
    const at = this.#turnedAt;
    for (const listener of [...this.#listeners]) listener.onLag(lag, at);
  }
}

/** That of the process; another clock has no event loop that lags. */
export const loopWatch: LoopWatch = new LoopWatch(systemClock);
