import { setImmediate } from "node:timers";
import type { Clock } from "../runtime/mod.ts";
import { lentRun, type Running } from "./lent_run.ts";

/**
 * Microtasks that output waits for more of it. An async generator takes two or
 * three for each item, and each that it reads from takes as many again. Nobody
 * notices: all of them take less than a microsecond.
 */
const PATIENCE = 8;

/** Microtasks that output waits in all; a batch of messages takes fewer. */
const MOST = 4_096;

/** Output that waits for more of it. */
interface Burst {
  /** Microtasks that it waits yet. */
  left: number;
  /** Those that it has waited. */
  spent: number;
  /** Looks whether it still waits. */
  readonly look: () => void;
}

/**
 * What has turns, as a connection has, each of which takes all output along. The
 * next is after what runs now; or, where more output is likely, after a few
 * microtasks, and after a few again from each that came. It ends with the burst
 * of what is at hand, not with a turn of the event loop.
 */
export abstract class Turning implements Running {
  /** The clock of what it does. */
  readonly clock: Clock;
  /** As in the setup of a transport. */
  readonly gathers: boolean;
  #isScheduled = false;
  #isExpectant = false;
  #time = 0;
  /** Made with the first one: most idle connections never have any. */
  #burst: Burst | undefined;

  /** Plans no turn yet. */
  constructor(clock: Clock, gathers: boolean) {
    this.clock = clock;
    this.gathers = gathers;
  }

  /** Does what a turn asks for. */
  abstract turn(): void;

  /** Whether output waits for more that is likely to come. */
  protected get isExpectant(): boolean {
    return this.#isExpectant;
  }

  /** A command was given. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    if (this.gathers) setImmediate(lentRun(this));
    else queueMicrotask(lentRun(this));
  }

  /** A command was given, and others are likely to follow. */
  scheduleSoon(): void {
    if (this.gathers) return this.schedule();
    const burst = this.#burst ??= this.#makeBurst();
    burst.left = PATIENCE;
    if (this.#isScheduled || this.#isExpectant) return;
    this.#isExpectant = true;
    burst.spent = 0;
    queueMicrotask(burst.look);
  }

  /** The time for a command: that of the first one since the last turn. */
  now(): number {
    const isPlanned = this.#isScheduled || this.#isExpectant;
    if (!isPlanned) this.#time = this.clock.now();
    return this.#time;
  }

  /** The turn is due. */
  run(): void {
    this.#isScheduled = false;
    this.turn();
  }

  #makeBurst(): Burst {
    const look = () => {
      if (--burst.left > 0 && ++burst.spent < MOST) {
        return queueMicrotask(look);
      }
      this.#isExpectant = false;
      if (!this.#isScheduled) this.turn();
    };
    const burst: Burst = { left: 0, spent: 0, look };
    return burst;
  }
}
