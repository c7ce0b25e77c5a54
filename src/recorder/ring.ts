import { assert } from "../invariants/mod.ts";
import { Notes } from "./notes.ts";

/** Records that a ring has room for at first. */
const FIRST_CAPACITY = 8;

/** Numbers of a record: the time, two of the event, and what it is. */
const STRIDE = 4;

/** Octets of a number. */
const OCTETS = 8;

/** Makes an array one of octets: what begins with integers becomes it later. */
const NO_INTEGER = 0.5;

/** What `detail` is below, so that it and `kind` are one number. */
const MOST_DETAILS = 65_536;

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
 * The last events, as records of 32 octets in one array of numbers: nothing is
 * allocated for an event, except for what has a note. A ring grows with its
 * records, so that a connection that does little has a small one.
 *
 * It is no typed array: each of those has octets beside the heap, which take
 * as much memory again to keep account of, and the time of who collects garbage.
 */
export class Ring {
  readonly #most: number;
  #capacity: number;
  #count = 0;
  #numbers: number[];
  #notes: Notes | undefined;

  /** Starts empty, and keeps so many events at the most. */
  constructor(most: number) {
    this.#most = most;
    this.#capacity = Math.min(FIRST_CAPACITY, most);
    this.#numbers = numbers(STRIDE * this.#capacity);
  }

  /** How many events have been added. */
  get count(): number {
    return this.#count;
  }

  /** How many of them are no longer there. */
  get forgotten(): number {
    return Math.max(0, this.#count - this.#capacity);
  }

  /** Octets of its numbers. */
  get byteLength(): number {
    return OCTETS * this.#numbers.length;
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
    const numbers = this.#numbers;
    const place = STRIDE * (sequence % this.#capacity);
    numbers[place] = at;
    numbers[place + 1] = first;
    numbers[place + 2] = second;
    numbers[place + 3] = kind * MOST_DETAILS + detail;
    this.#notes?.delete(sequence - this.#capacity);
    if (note === undefined) return;
    this.#notes ??= new Notes();
    this.#notes.add(sequence, note);
  }

  /** What it has, oldest first. */
  *entries(): Generator<Entry> {
    for (let i = this.forgotten; i < this.#count; i++) {
      const place = STRIDE * (i % this.#capacity);
      const what = this.#numbers[place + 3];
      yield {
        at: this.#numbers[place],
        kind: Math.floor(what / MOST_DETAILS),
        detail: what % MOST_DETAILS,
        first: this.#numbers[place + 1],
        second: this.#numbers[place + 2],
        note: this.#notes?.get(i),
      };
    }
  }

  /** Nothing was overwritten so far: each record stays in its place. */
  #grow(): void {
    assert(this.#count <= this.#capacity, "only a ring without a turn grows");
    this.#capacity = Math.min(this.#most, 2 * this.#capacity);
    const grown = numbers(STRIDE * this.#capacity);
    this.#numbers.forEach((number, i) => grown[i] = number);
    this.#numbers = grown;
  }
}

/** So many places for numbers, which hold them as they are from the first on. */
function numbers(length: number): number[] {
  return new Array<number>(length).fill(NO_INTEGER);
}
