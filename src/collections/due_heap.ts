import { assert, isThoroughFor } from "../invariants/mod.ts";
/** What a {@linkcode DueHeap} orders. The heap alone writes `index`. */
export interface Due {
  /** When it is due; `Infinity` for never. */
  readonly at: number;
  /** Of two with the same time, the one with the lower number comes first. */
  readonly order: number;
  /** Its place in the heap, -1 outside of it. */
  index: number;
}

/** A binary heap: adding and removing cost O(log n), the first one O(1). */
export class DueHeap<T extends Due> {
  readonly #items: T[] = [];

  /** How many there are. */
  get size(): number {
    return this.#items.length;
  }

  /** All, in no order. */
  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }

  /** The one that is due first. */
  get first(): T | undefined {
    return this.#items[0];
  }

  /** Adds one that is in no heap. */
  add(item: T): void {
    item.index = this.#items.length;
    this.#items.push(item);
    this.#rise(item);
    if (isThoroughFor(this.size)) this.#assertOrder();
  }

  /** Removes one; answers whether it was there. */
  remove(item: T): boolean {
    const { index } = item;
    if (index < 0) return false;
    item.index = -1;
    const last = this.#items.pop();
    assert(last !== undefined, "what has a place in the heap is in it", index);
    if (last === item) return true;
    this.#put(last, index);
    this.#rise(last);
    this.#sink(last);
    if (isThoroughFor(this.size)) this.#assertOrder();
    return true;
  }

  /** None is due before the one above it, and each knows its place. */
  #assertOrder(): void {
    for (let index = 0; index < this.#items.length; index++) {
      const item = this.#items[index];
      assert(item.index === index, "each knows its place in the heap", index);
      const above = this.#items[(index - 1) >> 1];
      assert(
        index === 0 || !precedes(item, above),
        "none is due before the one above it",
        index,
      );
    }
  }

  #put(item: T, index: number): void {
    this.#items[index] = item;
    item.index = index;
  }

  #rise(item: T): void {
    while (item.index > 0) {
      const { index } = item;
      const above = (index - 1) >> 1;
      const parent = this.#items[above];
      if (!precedes(item, parent)) return;
      this.#put(parent, index);
      this.#put(item, above);
    }
  }

  #sink(item: T): void {
    const items = this.#items;
    for (;;) {
      const { index } = item;
      const left = 2 * index + 1;
      if (left >= items.length) return;
      const right = left + 1;
      const isRight = right < items.length &&
        precedes(items[right], items[left]);
      const below = isRight ? right : left;
      const child = items[below];
      if (!precedes(child, item)) return;
      this.#put(child, index);
      this.#put(item, below);
    }
  }
}

function precedes(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
