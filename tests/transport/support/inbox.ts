import { deadline } from "@std/async";
import { PATIENCE } from "../../harness/time.ts";

/** Keeps what arrives until a test takes it. */
export class Inbox<T> {
  readonly all: T[] = [];
  #taken = 0;
  #arrival = Promise.withResolvers<void>();

  /** Something arrives. */
  push(item: T): void {
    this.all.push(item);
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers();
  }

  /** The oldest that was not taken; fails when nothing arrives. */
  async take(): Promise<T> {
    while (this.#taken === this.all.length) {
      await deadline(this.#arrival.promise, PATIENCE);
    }
    return this.all[this.#taken++];
  }
}
