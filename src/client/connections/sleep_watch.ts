import { ClockWatch } from "../../keepalive/mod.ts";
import type { Clock } from "../../runtime/mod.ts";

/**
 * How long the machine slept. One watch for all connections with a clock: each
 * knows what it was before, and so what is new to it.
 */
export class SleepWatch {
  readonly #clock: Clock;
  readonly #watch = new ClockWatch();
  #slept = 0;

  /** Begins now. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.slept();
  }

  /**
   * Milliseconds of all sleeps so far. What is too short for one counts nowhere:
   * small corrections of a clock do not add up to a sleep.
   */
  slept(): number {
    const clock = this.#clock;
    return this.#slept += this.#watch.observe(clock.now(), clock.wall());
  }
}

const byClock = new WeakMap<Clock, SleepWatch>();

/** That of all channels with a clock: of the process, for that of the system. */
export function sleepWatchOf(clock: Clock): SleepWatch {
  const known = byClock.get(clock) ?? new SleepWatch(clock);
  byClock.set(clock, known);
  return known;
}
