/**
 * A `Map` that is made with its first entry, and goes with its last: an empty one
 * takes 200 octets, and of thousands of connections and channels most have
 * nothing to put into it.
 */
export class LateMap<Key, Value> {
  #map: Map<Key, Value> | undefined;

  /** The number of entries. */
  get size(): number {
    return this.#map?.size ?? 0;
  }

  /** Whether a key has a value. */
  has(key: Key): boolean {
    return this.#map?.has(key) ?? false;
  }

  /** The value of a key. */
  get(key: Key): Value | undefined {
    return this.#map?.get(key);
  }

  /** Sets the value of a key. */
  set(key: Key, value: Value): void {
    this.#map ??= new Map();
    this.#map.set(key, value);
  }

  /** Removes a key; answers whether it was there. */
  delete(key: Key): boolean {
    const isThere = this.#map?.delete(key) ?? false;
    if (isThere && this.#map?.size === 0) this.clear();
    return isThere;
  }

  /** Removes all entries. */
  clear(): void {
    this.#map = undefined;
  }

  /** The keys, in the order in which they were added. */
  keys(): Iterable<Key> {
    return this.#map?.keys() ?? [];
  }

  /** The values, in the order in which their keys were added. */
  values(): Iterable<Value> {
    return this.#map?.values() ?? [];
  }
}

/** A `Set` that is made with its first item, for the same reason. */
export class LateSet<Item> {
  #set: Set<Item> | undefined;

  /** The number of items. */
  get size(): number {
    return this.#set?.size ?? 0;
  }

  /** Whether an item is in it. */
  has(item: Item): boolean {
    return this.#set?.has(item) ?? false;
  }

  /** Adds an item. */
  add(item: Item): void {
    this.#set ??= new Set();
    this.#set.add(item);
  }

  /** Removes an item; answers whether it was there. */
  delete(item: Item): boolean {
    const isThere = this.#set?.delete(item) ?? false;
    if (isThere && this.#set?.size === 0) this.#set = undefined;
    return isThere;
  }

  /** The items, in the order in which they were added. */
  [Symbol.iterator](): Iterator<Item> {
    return (this.#set ?? NONE).values() as Iterator<Item>;
  }
}

const NONE: ReadonlySet<never> = new Set();
