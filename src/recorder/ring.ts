import { assert } from "../invariants/mod.ts";
import { Notes } from "./notes.ts";
import { grownLength, numbers } from "./numbers.ts";

/** Numbers that a ring has room for at first: a handshake, and six PINGs. */
const FIRST_CAPACITY = 24;

/** Octets of a number. */
const OCTETS = 8;

/** What `first` is below if it stands in the head of its record. */
const MOST_FIRST = 2 ** 32;

/** What `detail` is below. */
const MOST_DETAILS = 256;

/** `second` is 0. */
const SHORT = 0;
/** `second` follows. */
const WITH_SECOND = 1;
/** `first` and `second` follow. */
const WITH_BOTH = 2;
/** The time of the answer follows: these are two events. */
const ANSWERED = 3;

/** Numbers of a record of each shape: its time, its head, and what follows. */
const LENGTHS = [2, 3, 4, 3] as const;

/** Numbers of the longest one. */
const LONGEST = 4;

/** What is kept of an event. */
export interface Entry {
  /** When it happened, in milliseconds. */
  readonly at: number;
  /** What happened: a number of the one who writes it, below 1 024. */
  readonly kind: number;
  /** What goes with it: a number below 256. */
  readonly detail: number;
  /** A number that goes with it. */
  readonly first: number;
  /** Another one. */
  readonly second: number;
  /** What is more than that, such as a text. */
  readonly note: unknown;
}

/**
 * The last events, as records of 16 to 32 octets in one array of numbers; an event
 * and its answer are one of 24 together. Nothing is allocated for an event, except
 * for what has a note. A ring grows with its records, so that a connection that
 * does little has a small one.
 *
 * The head of a record is `first`, and above that `detail`, its shape, and `kind`.
 */
export class Ring {
  readonly #most: number;
  #numbers: number[] = numbers(FIRST_CAPACITY);
  /** Where the oldest record begins. */
  #begin = 0;
  /** Numbers of all records, which follow each other. */
  #used = 0;
  /** How many of them come before the newest record. */
  #newest = 0;
  #count = 0;
  #held = 0;
  #notes: Notes | undefined;

  /** Starts empty, and keeps so many events at the most. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many events have been added. */
  get count(): number {
    return this.#count;
  }

  /** Whether the oldest event goes with the next. */
  get isFull(): boolean {
    return this.#held === this.#most;
  }

  /** How many of them are no longer there. */
  get forgotten(): number {
    return this.#count - this.#held;
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
    assert(detail >= 0 && detail < MOST_DETAILS, "a detail is an octet");
    if (this.isFull) this.#forget();
    if (first !== first >>> 0) {
      this.#push(at, headOf(kind, WITH_BOTH, detail, 0), first, second);
    } else if (second !== 0) {
      this.#push(at, headOf(kind, WITH_SECOND, detail, first), second);
    } else {
      this.#push(at, headOf(kind, SHORT, detail, first));
    }
    const sequence = this.#count++;
    this.#held++;
    if (note === undefined) return;
    this.#notes ??= new Notes();
    this.#notes.add(sequence, note);
  }

  /**
   * Adds an event that answers the one whose kind is one below, with the same
   * `first` and `detail`, which as a rule is the last one that was added.
   *
   * @param second Milliseconds from that to this one.
   */
  answer(
    kind: number,
    at: number,
    first: number,
    second: number,
    detail: number,
  ): void {
    const asked = this.#numberAt(this.#newest);
    const isLast = this.#held > 0 && at - asked === second &&
      this.#numberAt(this.#newest + 1) ===
        headOf(kind - 1, SHORT, detail, first);
    if (!isLast || this.#most < 2) {
      return this.add(kind, at, first, second, detail);
    }
    if (this.isFull) this.#forget();
    this.#used = this.#newest;
    this.#push(asked, headOf(kind - 1, ANSWERED, detail, first), at);
    this.#count++;
    this.#held++;
  }

  /** What it has, oldest first. */
  *entries(): Generator<Entry> {
    let sequence = this.forgotten;
    for (let place = 0; place < this.#used;) {
      const at = this.#numberAt(place);
      const { kind, shape, detail, first } = partsOf(this.#numberAt(place + 1));
      const further = this.#numberAt(place + 2);
      const entry = { at, kind, detail, first, note: this.#note(sequence++) };
      switch (shape) {
        case SHORT:
          yield { ...entry, second: 0 };
          break;
        case WITH_SECOND:
          yield { ...entry, second: further };
          break;
        case WITH_BOTH:
          yield {
            ...entry,
            first: further,
            second: this.#numberAt(place + 3),
          };
          break;
        default:
          yield { ...entry, second: 0 };
          yield {
            ...entry,
            at: further,
            kind: kind + 1,
            second: further - at,
            note: this.#note(sequence++),
          };
      }
      place += LENGTHS[shape];
    }
  }

  #note(sequence: number): unknown {
    return this.#notes?.get(sequence);
  }

  /** The oldest event goes; of one with its answer, that stays. */
  #forget(): void {
    this.#notes?.delete(this.forgotten);
    this.#held--;
    const { kind, shape, detail, first } = partsOf(this.#numberAt(1));
    if (shape === ANSWERED) {
      const at = this.#numberAt(2);
      const second = at - this.#numberAt(0);
      this.#put(0, at);
      this.#put(1, headOf(kind + 1, WITH_SECOND, detail, first));
      return this.#put(2, second);
    }
    const length = LENGTHS[shape];
    this.#begin = (this.#begin + length) % this.#numbers.length;
    this.#used -= length;
    this.#newest -= length;
  }

  /** A new record behind the others. */
  #push(at: number, head: number, third?: number, fourth?: number): void {
    const length = third === undefined ? 2 : fourth === undefined ? 3 : LONGEST;
    const place = this.#used;
    if (place + length > this.#numbers.length) this.#grow(place + length);
    this.#newest = place;
    this.#used += length;
    this.#put(place, at);
    this.#put(place + 1, head);
    if (third !== undefined) this.#put(place + 2, third);
    if (fourth !== undefined) this.#put(place + 3, fourth);
  }

  #numberAt(place: number): number {
    return this.#numbers[(this.#begin + place) % this.#numbers.length];
  }

  #put(place: number, value: number): void {
    this.#numbers[(this.#begin + place) % this.#numbers.length] = value;
  }

  #grow(needed: number): void {
    const bound = LONGEST * this.#most;
    assert(needed <= bound, "a ring is as long as its longest records");
    const length = Math.max(
      needed,
      Math.min(bound, grownLength(this.#numbers.length)),
    );
    const grown = numbers(length);
    for (let place = 0; place < this.#used; place++) {
      grown[place] = this.#numberAt(place);
    }
    this.#numbers = grown;
    this.#begin = 0;
  }
}

function headOf(
  kind: number,
  shape: number,
  detail: number,
  first: number,
): number {
  const above = (kind * LENGTHS.length + shape) * MOST_DETAILS + detail;
  return above * MOST_FIRST + first;
}

function partsOf(head: number): {
  kind: number;
  shape: number;
  detail: number;
  first: number;
} {
  const above = Math.floor(head / MOST_FIRST);
  const shaped = Math.floor(above / MOST_DETAILS);
  return {
    kind: Math.floor(shaped / LENGTHS.length),
    shape: shaped % LENGTHS.length,
    detail: above % MOST_DETAILS,
    first: head % MOST_FIRST,
  };
}
