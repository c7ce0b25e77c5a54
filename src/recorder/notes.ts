/** The longest text that is kept whole, in UTF-16 code units. */
const MAX_TEXT = 512;

/** What all notes of a ring may hold together, in such units. */
export const NOTES_BUDGET = 4_096;

/** What an object counts: settings, a list of addresses, a reason. */
const OBJECT_COST = 64;

/** What is left of a text whose place was needed. */
export const FORGOTTEN = "…";

/**
 * What records of a ring have beside their numbers: texts, mostly of the peer,
 * and the few objects that are more than two numbers. The oldest go when there
 * are too many of them.
 */
export class Notes {
  readonly #notes = new Map<number, unknown>();
  #held = 0;

  /** Adds the note of a record; a long text is cut. */
  add(sequence: number, note: unknown): void {
    const kept = typeof note === "string" ? cut(note) : note;
    this.#held += costOf(kept);
    this.#notes.set(sequence, kept);
    for (const [oldest] of this.#notes) {
      if (this.#held <= NOTES_BUDGET || oldest === sequence) return;
      this.delete(oldest);
    }
  }

  /** The note of a record, if it has one and that is still there. */
  get(sequence: number): unknown {
    return this.#notes.get(sequence);
  }

  /** The record is gone. */
  delete(sequence: number): void {
    const note = this.#notes.get(sequence);
    if (note === undefined) return;
    this.#held -= costOf(note);
    this.#notes.delete(sequence);
  }
}

/** A text of at most {@linkcode MAX_TEXT}. */
export function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT - 1) + "…";
}

function costOf(note: unknown): number {
  return typeof note === "string" ? note.length : OBJECT_COST;
}
