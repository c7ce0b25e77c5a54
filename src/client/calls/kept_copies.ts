import { growOctets, NO_OCTETS } from "../../collections/mod.ts";

/** Octets of the first array that copies are cut from; each next has twice as many. */
const FIRST_LENGTH = 64;

/** The same of the largest. */
const MOST_LENGTH = 8_192;

/** A longer copy has an array of its own. */
const SHORT = 2_048;

/**
 * Copies of what a caller may change, as long as they are needed. Short ones lie
 * beside each other: an array of its own costs more than the copy. In all, there
 * is at most twice as much room as was copied.
 */
export class KeptCopies {
  #slab = NO_OCTETS;
  #used = 0;

  /** A copy of some octets. */
  add(octets: Uint8Array): Uint8Array<ArrayBuffer> {
    const { length } = octets;
    if (length > SHORT) return octets.slice();
    if (this.#used + length > this.#slab.length) this.#renew(length);
    const copy = this.#slab.subarray(this.#used, this.#used + length);
    copy.set(octets);
    this.#used += length;
    return copy;
  }

  #renew(needed: number): void {
    this.#slab = growOctets(this.#slab, 0, needed, FIRST_LENGTH, MOST_LENGTH);
    this.#used = 0;
  }
}
