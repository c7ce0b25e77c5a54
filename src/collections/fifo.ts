import { assert } from "../invariants/mod.ts";
/** Places of items that were taken are kept up to this many. */
const LARGEST_GAP = 64;

/** Nothing behind the first, which is never written to. */
const NONE: never[] = [];

/**
 * A queue. Unlike with `Array.shift`, taking an item moves no others, however
 * many wait. Most queues never have more than one item, and need no array.
 */
export class Fifo<T> {
  #first: T | undefined;
  #behind: (T | undefined)[] = NONE;
  /** Places at the front of those behind that are free. */
  #gap = 0;
  #length = 0;

  /** Items that wait. */
  get length(): number {
    return this.#length;
  }

  /** The item that waits longest. */
  get first(): T | undefined {
    return this.#first;
  }

  /** Adds an item. */
  push(item: T): void {
    if (this.#length++ === 0) this.#first = item;
    else if (this.#behind === NONE) this.#behind = [item];
    else this.#behind.push(item);
  }

  /** Takes the item that waits longest. */
  shift(): T | undefined {
    const item = this.#first;
    if (this.#length === 0) return undefined;
    this.#length--;
    this.#first = this.#length === 0 ? undefined : this.#advance();
    return item;
  }

  /** Forgets all items. */
  clear(): void {
    this.#first = undefined;
    this.#behind = NONE;
    this.#gap = 0;
    this.#length = 0;
  }

  #advance(): T | undefined {
    assert(
      this.#length === this.#behind.length - this.#gap,
      "the length of a queue counts the items behind the first",
      this.#length,
    );
    const next = this.#behind[this.#gap];
    this.#behind[this.#gap++] = undefined;
    const left = this.#behind.length - this.#gap;
    if (left === 0) {
      this.#behind = NONE;
      this.#gap = 0;
    } else if (this.#gap > LARGEST_GAP && this.#gap > left) {
      this.#behind = this.#behind.slice(this.#gap);
      this.#gap = 0;
    }
    return next;
  }
}
