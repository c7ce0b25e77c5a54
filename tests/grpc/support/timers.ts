import { turnForOthers } from "../../../src/runtime/mod.ts";
import { newTime } from "../../harness/virtual_clock.ts";

/** Virtual time that knows which timers are pending. */
export class Timers {
  readonly #time = newTime();

  /** Milliseconds of virtual time. */
  get now(): number {
    return this.#time.now();
  }

  /** The delays of the timers that are set. */
  get pending(): number[] {
    return this.#time.pendingDelays;
  }

  /** Lets time pass. */
  tick(milliseconds: number): void {
    this.#time.tick(milliseconds);
  }
}

/**
 * Lets microtasks run, so many after each other, and after them the real event
 * loop turn, as a connection does that has used up its share of a turn.
 */
export async function flush(depth = 60): Promise<void> {
  for (let i = 0; i < depth; i++) await undefined;
  await turnForOthers();
  for (let i = 0; i < depth; i++) await undefined;
}
