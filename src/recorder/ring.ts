import { assert } from "../invariants/mod.ts";
import { Notes } from "./notes.ts";

/** Records that a ring has room for at first. */
const FIRST_CAPACITY = 16;

/** Octets of a record: four numbers, a kind and a detail. */
export const RECORD_SIZE: number = 3 * 8 + 4;

/** What is kept of an event. */
export interface Entry {
  /** When it happened, in milliseconds. */
  at: number;
  /** What happened: a number of the one who writes it. */
  kind: number;
  /** What goes with it: a number below 65 536. */
  detail: number;
  /** A number that goes with it. */
  first: number;
  /** Another one. */
  second: number;
  /** What is more than that, such as a text. */
  note: unknown;
}

/**
 * The last events, as records of {@linkcode RECORD_SIZE} octets in typed arrays:
 * nothing is allocated for an event, except for what has a note. A ring grows with
 * its records, so that a connection that does little has a small one.
 */
export class Ring {
  readonly #most: number;
  #capacity: number;
  #count = 0;
  #at: Float64Array;
  #first: Float64Array;
  #second: Float64Array;
  #kind: Uint16Array;
  #detail: Uint16Array;
  #notes: Notes | undefined;

  /** Starts empty, and keeps so many events at the most. */
  constructor(most: number) {
    this.#most = most;
    this.#capacity = Math.min(FIRST_CAPACITY, most);
    const columns = columnsOf(this.#capacity);
    [this.#at, this.#first, this.#second] = columns.numbers;
    [this.#kind, this.#detail] = columns.codes;
  }

  /** How many events have been added. */
  get count(): number {
    return this.#count;
  }

  /** How many of them are no longer there. */
  get forgotten(): number {
    return Math.max(0, this.#count - this.#capacity);
  }

  /** Octets of its typed arrays. */
  get byteLength(): number {
    return this.#at.buffer.byteLength;
  }

  /** Adds an event. */
  add(
    kind: number,
    at: number,
    first: number = 0,
    second: number = 0,
    detail: number = 0,
    note?: unknown,
  ): void {
    if (this.#count === this.#capacity && this.#capacity < this.#most) {
      this.#grow();
    }
    const sequence = this.#count++;
    const slot = sequence % this.#capacity;
    this.#at[slot] = at;
    this.#first[slot] = first;
    this.#second[slot] = second;
    this.#kind[slot] = kind;
    this.#detail[slot] = detail;
    this.#notes?.delete(sequence - this.#capacity);
    if (note === undefined) return;
    this.#notes ??= new Notes();
    this.#notes.add(sequence, note);
  }

  /** What it has, oldest first. */
  *entries(): Generator<Entry> {
    for (let i = this.forgotten; i < this.#count; i++) {
      const slot = i % this.#capacity;
      yield {
        at: this.#at[slot],
        kind: this.#kind[slot],
        detail: this.#detail[slot],
        first: this.#first[slot],
        second: this.#second[slot],
        note: this.#notes?.get(i),
      };
    }
  }

  /** Nothing was overwritten so far: each record stays in its place. */
  #grow(): void {
    assert(this.#count <= this.#capacity, "only a ring without a turn grows");
    this.#capacity = Math.min(this.#most, 2 * this.#capacity);
    const { numbers, codes } = columnsOf(this.#capacity);
    numbers[0].set(this.#at);
    numbers[1].set(this.#first);
    numbers[2].set(this.#second);
    codes[0].set(this.#kind);
    codes[1].set(this.#detail);
    [this.#at, this.#first, this.#second] = numbers;
    [this.#kind, this.#detail] = codes;
  }
}

/** The columns of so many records, all in one buffer. */
function columnsOf(
  count: number,
): { numbers: Float64Array[]; codes: Uint16Array[] } {
  const buffer = new ArrayBuffer(count * RECORD_SIZE);
  return {
    numbers: [0, 1, 2].map((i) =>
      new Float64Array(buffer, i * 8 * count, count)
    ),
    codes: [0, 1].map((i) =>
      new Uint16Array(buffer, (24 + 2 * i) * count, count)
    ),
  };
}
