import { type Due, DueHeap } from "../../src/collections/mod.ts";
import {
  type Clock,
  nextTurn,
  type PlannedTimer,
  turnForOthers,
} from "../../src/runtime/mod.ts";

/** Turns of the event loop without a question to the clock: all is done. */
const QUIET_TURNS = 3;

/** Turns after which what goes on is taken for endless. */
const MOST_TURNS = 10_000;

class VirtualTimer implements PlannedTimer, Due {
  index = -1;
  readonly #remove: (timer: VirtualTimer) => boolean;
  /** Whether it would hold a process. */
  holds = false;

  constructor(
    readonly at: number,
    readonly order: number,
    readonly delay: number,
    readonly action: () => void,
    remove: (timer: VirtualTimer) => boolean,
  ) {
    this.#remove = remove;
  }

  cancel(): boolean {
    return this.#remove(this);
  }

  ref(): void {
    this.holds = true;
  }

  unref(): void {
    this.holds = false;
  }
}

/**
 * Time that passes when a test says so. Timers fire in the order in which they
 * are due, and exactly then.
 */
export class VirtualClock implements Clock {
  /** Milliseconds by which the clock is ahead of its timers: they are late. */
  lateness = 0;
  /** Whether timers fire as late as they may. */
  usesSlack = false;
  /** The delay of each timer that was planned, in order. */
  readonly planned: number[] = [];
  /** How many timers were taken back. */
  cancelled = 0;
  readonly #heap = new DueHeap<VirtualTimer>();
  #now: number;
  #order = 0;
  #questions = 0;

  /** Begins at a time, in milliseconds. */
  constructor(start: number = 0) {
    this.#now = start;
  }

  now = (): number => {
    this.#questions++;
    return this.#now + this.lateness;
  };

  wall = (): number => this.now();

  timer(delay: number, action: () => void, slack: number = 0): PlannedTimer {
    this.#questions++;
    this.planned.push(delay);
    const timer = new VirtualTimer(
      this.#now + Math.max(0, delay) + (this.usesSlack ? slack : 0),
      this.#order++,
      delay,
      action,
      (timer) => this.#cancel(timer),
    );
    this.#heap.add(timer);
    return timer;
  }

  /** When the next timer is due; `Infinity` if there is none. */
  get nextAt(): number {
    return this.#heap.first?.at ?? Infinity;
  }

  /** How many timers are to come. */
  get pending(): number {
    return this.#heap.size;
  }

  /** The delays of the timers that are to come. */
  get pendingDelays(): number[] {
    return [...this.#heap].map(({ delay }) => delay);
  }

  /** Lets time pass at once: what is due fires, and promises do not settle. */
  tick(milliseconds: number): void {
    const end = this.#now + milliseconds;
    while (this.nextAt <= end) this.#fireFirst();
    this.#now = end;
  }

  /** Lets time pass; all that follows from one moment is done before the next. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await this.settle();
    while (this.nextAt <= end) {
      const { nextAt } = this;
      while (this.nextAt <= nextAt) this.#fireFirst();
      await this.settle();
    }
    this.#now = end;
    await this.settle();
  }

  /**
   * Resolves when no more is done without time passing: who does something asks
   * the clock, and for some turns of the real event loop nobody did.
   */
  async settle(): Promise<void> {
    let quiet = 0;
    for (let turn = 0; quiet < QUIET_TURNS; turn++) {
      if (turn === MOST_TURNS) throw new Error("Something never settles");
      const before = this.#questions;
      // A share of the event loop that has been used up ends with that turn.
      await (quiet === QUIET_TURNS - 1 ? turnForOthers() : nextTurn());
      quiet = this.#questions === before ? quiet + 1 : 0;
    }
  }

  #cancel(timer: VirtualTimer): boolean {
    const isPlanned = this.#heap.remove(timer);
    if (isPlanned) this.cancelled++;
    return isPlanned;
  }

  #fireFirst(): void {
    const timer = this.#heap.first!;
    this.#heap.remove(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.action();
  }
}

let current = new VirtualClock();

/** The clock of the virtual time in which the present test runs. */
export const CLOCK: Clock = {
  now: () => current.now(),
  wall: () => current.wall(),
  timer: (delay, action, slack) => current.timer(delay, action, slack),
};

/** Begins virtual time anew, at 0. */
export function newTime(): VirtualClock {
  return current = new VirtualClock();
}

/** A test body in virtual time that begins at 0. */
export function inVirtualTime(
  body: (time: VirtualClock) => Promise<void>,
): () => Promise<void> {
  return () => body(newTime());
}
