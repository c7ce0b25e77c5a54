import { FakeTime } from "@std/testing/time";
import { nextTurn } from "../../../src/runtime/mod.ts";

/** Virtual time that knows which timers are pending. */
export class Timers implements Disposable {
  readonly #time = new FakeTime(0);
  readonly #pending = new Map<unknown, number>();

  constructor() {
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    globalThis.setTimeout = ((callback: () => void, delay = 0) => {
      const id = set(() => {
        this.#pending.delete(id);
        callback();
      }, delay);
      this.#pending.set(id, delay);
      return id;
    }) as typeof setTimeout;
    globalThis.clearTimeout = (id) => {
      if (id !== undefined) this.#pending.delete(id);
      clear(id);
    };
  }

  /** Milliseconds of virtual time. */
  get now(): number {
    return this.#time.now;
  }

  /** The delays of the timers that are set. */
  get pending(): number[] {
    return [...this.#pending.values()];
  }

  /** Lets time pass. */
  tick(milliseconds: number): void {
    this.#time.tick(milliseconds);
  }

  /** Gives real time and timers back. */
  [Symbol.dispose](): void {
    this.#time.restore();
  }
}

/**
 * Lets microtasks run, so many after each other, and after them the real event
 * loop turn, as a connection does that has used up its share of a turn.
 */
export async function flush(depth = 60): Promise<void> {
  for (let i = 0; i < depth; i++) await undefined;
  await nextTurn();
  for (let i = 0; i < depth; i++) await undefined;
}
