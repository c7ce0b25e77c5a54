import { assert } from "../invariants/mod.ts";
import { type Due, DueHeap } from "../collections/mod.ts";
import type { Clock, PlannedTimer, Timed } from "./clock.ts";

/** The longest delay that `setTimeout` takes; a longer one fires at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * Milliseconds that a timer may be late so that others fire with it, unless more
 * is allowed, and how long it must be for that: a hundredth at the most. What is
 * shorter is exact, as retries and round trips are.
 */
const SLACK = 5;
const SLACK_FROM = 100 * SLACK;

/**
 * Milliseconds for what fires at one waking, which may be thousands: the others
 * follow in a later turn of the event loop, as long as sockets are served.
 */
const SLICE = 2;

/** Timers that fire before the clock is looked at. */
const BATCH = 16;

/** A timer of the process. */
class SystemTimer implements PlannedTimer, Due {
  index = -1;
  holds = false;

  constructor(
    public at: number,
    public order: number,
    readonly action: (() => void) | Timed,
  ) {}

  cancel(): boolean {
    return timers.remove(this);
  }

  ref(): void {
    timers.hold(this, true);
  }

  unref(): void {
    timers.hold(this, false);
  }
}

/**
 * All timers of the process on one of `setTimeout`, which is set to the first
 * of them, and keeps the process alive while one of them does.
 *
 * One that is given up leaves it as it is, so that deadlines that are set and
 * taken back cost no system timer; the last one takes it back.
 */
class SystemTimers {
  readonly #planned = new DueHeap<SystemTimer>();
  #id: ReturnType<typeof setTimeout> | undefined;
  #wakesAt = Infinity;
  #planCount = 0;
  #holders = 0;
  #isHeld = false;
  #isFiring = false;

  /** Plans an action; `spent` is a timer of it that has fired, to be used again. */
  add(
    delay: number,
    action: (() => void) | Timed,
    slack: number,
    spent?: PlannedTimer,
  ): SystemTimer {
    // What is no number is no delay, as with setTimeout: it has no place in a heap.
    const due = performance.now() + (delay > 0 ? delay : 0);
    const grid = gridOf(delay >= SLACK_FROM ? Math.max(slack, SLACK) : slack);
    const at = grid > 0 ? Math.ceil(due / grid) * grid : due;
    const timer = this.#timer(at, this.#planCount++, action, spent);
    this.#planned.add(timer);
    if (!this.#isFiring && (at < this.#wakesAt || this.#id === undefined)) {
      this.#arm();
    }
    return timer;
  }

  #timer(
    at: number,
    order: number,
    action: (() => void) | Timed,
    spent: PlannedTimer | undefined,
  ): SystemTimer {
    if (!(spent instanceof SystemTimer) || spent.action !== action) {
      return new SystemTimer(at, order, action);
    }
    assert(spent.index < 0, "a timer that is planned is not planned again");
    spent.at = at;
    spent.order = order;
    spent.holds = false;
    return spent;
  }

  remove(timer: SystemTimer): boolean {
    if (!this.#planned.remove(timer)) return false;
    this.#release(timer);
    return true;
  }

  hold(timer: SystemTimer, holds: boolean): void {
    if (timer.index < 0 || timer.holds === holds) return;
    timer.holds = holds;
    this.#holders += holds ? 1 : -1;
    assert(this.#holders >= 0, "a timer holds the process once");
    this.#showHold();
  }

  /** It is planned no more. */
  #release(timer: SystemTimer): void {
    if (timer.holds) this.#holders--;
    assert(
      this.#holders >= 0 && this.#holders <= this.#planned.size,
      "the process is held by timers that are planned",
      this.#holders,
    );
    if (this.#isFiring) return;
    if (this.#planned.size === 0) this.#disarm();
    else this.#showHold();
  }

  #disarm(): void {
    if (this.#id !== undefined) clearTimeout(this.#id);
    this.#id = undefined;
    this.#wakesAt = Infinity;
  }

  #arm(): void {
    this.#disarm();
    const first = this.#planned.first;
    if (first === undefined) return;
    const delay = Math.ceil(first.at - performance.now());
    this.#wakesAt = first.at;
    this.#id = setTimeout(
      () => this.#fire(),
      Math.min(Math.max(delay, 0), LONGEST_DELAY),
    );
    this.#isHeld = true;
    this.#showHold();
  }

  #showHold(): void {
    const isHeld = this.#holders > 0;
    if (this.#id === undefined || isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    if (isHeld) Deno.refTimer(this.#id);
    else Deno.unrefTimer(this.#id);
  }

  /** What the actions plan themselves is due in a later turn. */
  #fire(): void {
    this.#id = undefined;
    const now = performance.now();
    const end = this.#planCount;
    this.#isFiring = true;
    try {
      for (let fired = 1;; fired++) {
        if (fired % BATCH === 0 && performance.now() - now > SLICE) break;
        const timer = this.#planned.first;
        if (timer === undefined || timer.at > now || timer.order >= end) break;
        this.#planned.remove(timer);
        this.#release(timer);
        perform(timer.action);
      }
    } finally {
      this.#isFiring = false;
      this.#arm();
    }
  }
}

/**
 * Timers that may be late wait for the next multiple of this many milliseconds, so
 * that those of like slack fire together. It is a power of two: what may be late
 * by much fires with what may be late by less.
 */
function gridOf(slack: number): number {
  if (slack === SLACK) return SLACK;
  return slack >= 1 ? 2 ** Math.floor(Math.log2(slack)) : 0;
}

function perform(action: (() => void) | Timed): void {
  if (typeof action === "function") action();
  else action.onTimer();
}

const timers = new SystemTimers();

/**
 * `performance.now()`, `Date.now()`, and timers that share one of `setTimeout`.
 * A timer of half a second or more may be late by 5 ms, or by its slack, so that
 * many connections are served at one waking.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  timer: (delay, action, slack = 0) => timers.add(delay, action, slack),
};

/**
 * As `timer` of a clock, for an object: the system's needs no function for it, and
 * takes what it gave before and has fired, instead of another one.
 */
export function planTimed(
  clock: Clock,
  delay: number,
  timed: Timed,
  slack: number,
  spent: PlannedTimer | undefined,
): PlannedTimer {
  return clock === systemClock
    ? timers.add(delay, timed, slack, spent)
    : clock.timer(delay, () => timed.onTimer(), slack);
}
