/** The key of a map without an entry of its own. */
const NO_KEY = Symbol("no key");

/**
 * A `Map` that has its first entry in itself, and is made with the second: an
 * empty one takes 200 octets, and of thousands of connections and channels most
 * have nothing to put into it, or one thing. It goes with its last entry.
 */
export class LateMap<Key, Value> {
  #onlyKey: Key | typeof NO_KEY = NO_KEY;
  #onlyValue: Value | undefined;
  /** All entries, from the second on. */
  #map: Map<Key, Value> | undefined;

  /** The number of entries. */
  get size(): number {
    return this.#map?.size ?? (this.#onlyKey === NO_KEY ? 0 : 1);
  }

  /** Whether a key has a value. */
  has(key: Key): boolean {
    return this.#map?.has(key) ?? this.#onlyKey === key;
  }

  /** The value of a key. */
  get(key: Key): Value | undefined {
    if (this.#map !== undefined) return this.#map.get(key);
    return this.#onlyKey === key ? this.#onlyValue : undefined;
  }

  /** Sets the value of a key. */
  set(key: Key, value: Value): void {
    if (this.#map !== undefined) {
      this.#map.set(key, value);
    } else if (this.#onlyKey === NO_KEY || this.#onlyKey === key) {
      this.#onlyKey = key;
      this.#onlyValue = value;
    } else {
      const map = new Map([[this.#onlyKey, this.#onlyValue as Value]]);
      this.clear();
      this.#map = map.set(key, value);
    }
  }

  /** Removes a key; answers whether it was there. */
  delete(key: Key): boolean {
    if (!this.has(key)) return false;
    this.#map?.delete(key);
    if (this.#map === undefined || this.#map.size === 0) this.clear();
    return true;
  }

  /** Removes all entries. */
  clear(): void {
    this.#map = undefined;
    this.#onlyKey = NO_KEY;
    this.#onlyValue = undefined;
  }

  /** The keys, in the order in which they were added. */
  keys(): Iterable<Key> {
    if (this.#map !== undefined) return this.#map.keys();
    return this.#onlyKey === NO_KEY ? [] : [this.#onlyKey];
  }

  /** The values, in the order in which their keys were added. */
  values(): Iterable<Value> {
    if (this.#map !== undefined) return this.#map.values();
    return this.#onlyKey === NO_KEY ? [] : [this.#onlyValue as Value];
  }
}

/** A `Set` that is made with its first item: an empty one takes as much. */
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
