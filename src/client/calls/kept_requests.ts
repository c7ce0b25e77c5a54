import { growOctets, NO_OCTETS } from "../../collections/mod.ts";

/** Octets of the first array that copies lie in; each next has twice as many. */
const FIRST_LENGTH = 64;

/** The same of the largest. */
const MOST_LENGTH = 32_768;

/** The longest request that is copied behind the others, in octets. */
export const SHORT_LENGTH = 2_048;

/**
 * The requests of a call that a further attempt may need, by their places.
 *
 * Copies of the short ones lie beside each other: thousands of objects that live
 * for a while would cost who collects garbage more than all else about them. In
 * all, there is at most twice as much room as was copied.
 */
export class KeptRequests {
  /** Whether requests are not copied, as something is known of the objects. */
  readonly #keepsObjects: boolean;
  /** The array that copies are added to. */
  #open = NO_OCTETS;
  #used = 0;
  /** The array that each lies in, or is. */
  readonly #arrays: Uint8Array[] = [];
  /** Where it begins there. */
  readonly #offsets: number[] = [];
  readonly #lengths: number[] = [];
  /** The place of the first of these. */
  #base = 0;
  /** The first that is not forgotten. */
  #first = 0;

  /** Begins with none. */
  constructor(keepsObjects = false) {
    this.#keepsObjects = keepsObjects;
  }

  /** The place behind the last. */
  get end(): number {
    return this.#base + this.#arrays.length;
  }

  /** Adds one; a long one must not change any more. */
  add(payload: Uint8Array): void {
    const { length } = payload;
    this.#lengths.push(length);
    if (length > SHORT_LENGTH || this.#keepsObjects) {
      this.#arrays.push(payload);
      this.#offsets.push(0);
    } else {
      if (this.#used + length > this.#open.length) this.#renew(length);
      this.#open.set(payload, this.#used);
      this.#arrays.push(this.#open);
      this.#offsets.push(this.#used);
      this.#used += length;
    }
  }

  /** The request at a place, unless it is forgotten or not there yet. */
  at(place: number): Uint8Array | undefined {
    if (place < this.#first || place >= this.end) return undefined;
    const i = place - this.#base;
    const array = this.#arrays[i];
    const length = this.#lengths[i];
    if (length === array.length) return array;
    const start = this.#offsets[i];
    return array.subarray(start, start + length);
  }

  /** Those before a place are not needed any more. */
  forget(place: number): void {
    for (; this.#first < Math.min(place, this.end); this.#first++) {
      this.#arrays[this.#first - this.#base] = NO_OCTETS;
    }
    if (this.#first < this.end) return;
    this.#base = this.#first;
    this.#arrays.length = this.#offsets.length = this.#lengths.length = 0;
    this.#open = NO_OCTETS;
    this.#used = 0;
  }

  #renew(needed: number): void {
    this.#open = growOctets(this.#open, 0, needed, FIRST_LENGTH, MOST_LENGTH);
    this.#used = 0;
  }
}
