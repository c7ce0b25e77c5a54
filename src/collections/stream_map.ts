import { assert, isThoroughFor } from "../invariants/mod.ts";
/** Slots of the first table, a power of two as are all that follow. */
const INITIAL_SLOTS = 8;

/** The tables of a map without values, which are never written to. */
const NO_IDS: number[] = [];
const NO_VALUES: undefined[] = [];

/** A table with more slots than this is given back when it is empty. */
const LARGEST_KEPT_SLOTS = 256;

/**
 * In a table with more slots than this, the place of an identifier depends on
 * a secret. Identifiers are chosen by the peer, which could otherwise have all
 * of them collide: each search would then go through all streams.
 */
const LARGEST_PLAIN_SLOTS = 256;

/**
 * Values by stream identifier, for many streams that come and go.
 *
 * A `Map` replaces its table whenever as many entries have come and gone as it
 * has room for, and each table refers to the next one: one old table keeps all
 * later ones, with all that was in them, until the old generation is collected.
 * Here is one table, with linear probing, and what is deleted leaves nothing.
 */
export class StreamMap<T> {
  #ids: number[] = NO_IDS;
  #values: (T | undefined)[] = NO_VALUES;
  #size = 0;
  readonly #secret: number;

  /**
   * Starts without values.
   *
   * @param random A number from 0 to 1 that the peer does not know.
   */
  constructor(random: number = 0.5) {
    this.#secret = Math.floor(random * 0xffff_ffff);
  }

  /** The number of values. */
  get size(): number {
    return this.#size;
  }

  /** The value of a stream. */
  get(id: number): T | undefined {
    return this.#size === 0 ? undefined : this.#values[this.#slot(id)];
  }

  /** Sets the value of a stream. */
  set(id: number, value: T): void {
    assert(id > 0, "the identifier of a stream is above 0", id);
    if (2 * this.#size >= this.#ids.length) this.#grow();
    const slot = this.#slot(id);
    if (this.#ids[slot] === 0) this.#size++;
    this.#ids[slot] = id;
    this.#values[slot] = value;
  }

  /** Removes the value of a stream; answers whether there was one. */
  delete(id: number): boolean {
    if (this.#size === 0) return false;
    const slot = this.#slot(id);
    if (this.#ids[slot] === 0) return false;
    this.#size--;
    this.#vacate(slot);
    if (isThoroughFor(this.#ids.length)) this.#assertSound();
    if (this.#size === 0 && this.#ids.length > LARGEST_KEPT_SLOTS) this.clear();
    return true;
  }

  /** Removes all values. */
  clear(): void {
    this.#ids = NO_IDS;
    this.#values = NO_VALUES;
    this.#size = 0;
  }

  /**
   * Goes through the values, in no certain order. Nothing may be set or deleted
   * meanwhile.
   */
  forEach(action: (value: T) => void): void {
    const values = this.#values;
    for (let at = 0; at < values.length; at++) {
      const value = values[at];
      if (value !== undefined) action(value);
    }
  }

  /** The identifiers above a bound, ascending. */
  idsAbove(bound: number): number[] {
    return this.#ids.filter((id) => id > bound).sort((a, b) => a - b);
  }

  /** A copy of the identifiers, ascending. */
  ids(): number[] {
    return this.idsAbove(0);
  }

  /** A copy of the values, by ascending identifiers. */
  values(): T[] {
    return this.ids().map((id) => this.#values[this.#slot(id)] as T);
  }

  /** Where an identifier is, or where it would be. Half of the slots are free. */
  #slot(id: number): number {
    const mask = this.#ids.length - 1;
    let slot = this.#home(id) & mask;
    while (this.#ids[slot] !== id && this.#ids[slot] !== 0) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** Where an identifier would be in an empty table, before the mask. */
  #home(id: number): number {
    if (this.#ids.length <= LARGEST_PLAIN_SLOTS) return id >>> 1;
    let hash = id ^ this.#secret;
    hash = Math.imul(hash ^ hash >>> 16, 0x85eb_ca6b);
    hash = Math.imul(hash ^ hash >>> 13, 0xc2b2_ae35);
    return (hash ^ hash >>> 16) >>> 0;
  }

  /** Frees a slot, and moves up what was probed for past it. */
  #vacate(slot: number): void {
    const mask = this.#ids.length - 1;
    let free = slot;
    for (let at = slot + 1 & mask; this.#ids[at] !== 0; at = at + 1 & mask) {
      const home = this.#home(this.#ids[at]);
      if ((at - home & mask) < (at - free & mask)) continue;
      this.#ids[free] = this.#ids[at];
      this.#values[free] = this.#values[at];
      free = at;
    }
    this.#ids[free] = 0;
    this.#values[free] = undefined;
  }

  #grow(): void {
    const ids = this.#ids;
    const values = this.#values;
    const slots = Math.max(2 * ids.length, INITIAL_SLOTS);
    this.#ids = new Array<number>(slots).fill(0);
    this.#values = new Array<T | undefined>(slots).fill(undefined);
    for (let at = 0; at < ids.length; at++) {
      if (ids[at] === 0) continue;
      const slot = this.#slot(ids[at]);
      this.#ids[slot] = ids[at];
      this.#values[slot] = values[at];
    }
    if (isThoroughFor(this.#ids.length)) this.#assertSound();
  }

  /** Each value is found under its identifier, and they are as many as said. */
  #assertSound(): void {
    let size = 0;
    for (let slot = 0; slot < this.#ids.length; slot++) {
      const id = this.#ids[slot];
      if (id === 0) continue;
      size++;
      assert(this.#slot(id) === slot, "each stream is found in its slot", id);
    }
    assert(size === this.#size, "the size counts the streams", this.#size);
  }
}
