import { growOctets, NO_OCTETS } from "../collections/mod.ts";
import { DEFAULT_MAX_FRAME_SIZE, FRAME_HEADER_LENGTH } from "./frame_header.ts";

/** Octets in the first buffer for a frame that arrives in pieces. */
const INITIAL_CAPACITY = 32;

/** Octets of the largest frame that peers send unless they are allowed more. */
const USUAL_LENGTH = FRAME_HEADER_LENGTH + DEFAULT_MAX_FRAME_SIZE;

/**
 * Octets that have to be there before a frame gets room for a usual length: at
 * most four times of what has come is held.
 */
const WORTH_ALL = 4_096;

/** Buffers that are kept for all connections together. */
const MOST_SPARE = 4;

/** Nobody has a view of them; while data flow, nothing is allocated. */
const spare: Uint8Array<ArrayBuffer>[] = [];

/** What has arrived of a frame that came in pieces. */
export class HeldFrame {
  #octets = NO_OCTETS;
  #length = 0;
  #given = NO_OCTETS;

  /** How many octets there are. */
  get length(): number {
    return this.#length;
  }

  /** The octets; behind them there may be room. */
  get octets(): Uint8Array<ArrayBuffer> {
    return this.#octets;
  }

  /** Adds octets, which are copied. */
  push(octets: Uint8Array): void {
    const length = this.#length + octets.length;
    if (length > this.#octets.length) this.#grow(length);
    this.#octets.set(octets, this.#length);
    this.#length = length;
  }

  /** Takes the whole frame: it is valid until `reuse` is called. */
  take(): Uint8Array<ArrayBuffer> {
    this.#given = this.#octets;
    this.clear();
    return this.#given;
  }

  /** Nobody has views any more of what was taken. */
  reuse(): void {
    if (this.#given.length === 0) return;
    giveBack(this.#given);
    this.#given = NO_OCTETS;
  }

  /** Forgets what has arrived. */
  clear(): void {
    this.#octets = NO_OCTETS;
    this.#length = 0;
  }

  #grow(needed: number): void {
    const before = this.#octets;
    const isUsual = needed >= WORTH_ALL && needed <= USUAL_LENGTH;
    if (isUsual) {
      this.#octets = spare.pop() ?? new Uint8Array(USUAL_LENGTH);
      this.#octets.set(before.subarray(0, this.#length));
    } else {
      this.#octets = growOctets(before, this.#length, needed, INITIAL_CAPACITY);
    }
    giveBack(before);
  }
}

function giveBack(octets: Uint8Array<ArrayBuffer>): void {
  const isUsual = octets.length === USUAL_LENGTH;
  if (isUsual && spare.length < MOST_SPARE) spare.push(octets);
}
