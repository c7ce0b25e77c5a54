/** Places of items that were taken are kept up to this many. */
const LARGEST_GAP = 64;

/**
 * A queue. Unlike with `Array.shift`, taking an item moves no others, however
 * many wait.
 */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #first = 0;

  /** Items that wait. */
  get length(): number {
    return this.#items.length - this.#first;
  }

  /** The item that waits longest. */
  get first(): T | undefined {
    return this.#items[this.#first];
  }

  /** Adds an item. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the item that waits longest. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    if (this.length === 1) return this.#last();
    const item = this.#items[this.#first];
    this.#items[this.#first++] = undefined;
    if (this.#first > LARGEST_GAP && this.#first > this.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  /** Setting a length of 0 gives up the room for the next item, too. */
  #last(): T | undefined {
    const item = this.#items.pop();
    if (this.#first > 0) this.clear();
    return item;
  }

  /** Forgets all items. */
  clear(): void {
    this.#items.length = 0;
    this.#first = 0;
  }
}
