import { Fifo, NO_OCTETS } from "../../collections/mod.ts";
import { PREFIX_LENGTH, writePrefix } from "./framing.ts";

/** Octets of a buffer; more than the longest message that is copied. */
const BUFFER_LENGTH = 16_384;

/** Buffers that are kept for all streams together. */
const MOST_SPARE = 32;

/** One that is full, and where on the stream its octets end. */
interface FullBuffer {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly end: number;
}

/** Nobody has a view of them; while a few streams send, nothing is allocated. */
const spare: Uint8Array<ArrayBuffer>[] = [];

/**
 * Copies of the short messages of a stream, with their prefixes, until they
 * have been sent: then others are written over them. One behind the other, so
 * that they travel as one.
 */
export class FramedCopies {
  #buffer: Uint8Array<ArrayBuffer> = NO_OCTETS;
  #used = 0;
  #taken = 0;
  /** Where on the stream the last message ends. */
  #end = 0;
  readonly #full = new Fifo<FullBuffer>();

  /** Octets that were added and not taken. */
  get octets(): number {
    return this.#used - this.#taken;
  }

  /** Whether a message of so many octets can be added before others are taken. */
  hasRoom(length: number): boolean {
    return this.octets === 0 ||
      this.#used + PREFIX_LENGTH + length <= this.#buffer.length;
  }

  /** Adds a message, for which there is room; `at` is its place on the stream. */
  add(payload: Uint8Array, at: number): void {
    const { length } = payload;
    const start = this.#reserve(PREFIX_LENGTH + length);
    this.#end = at + PREFIX_LENGTH + length;
    const buffer = this.#buffer;
    writePrefix(buffer, start, length, false);
    buffer.set(payload, start + PREFIX_LENGTH);
  }

  /** Takes what was added: messages with their prefixes, valid until `release`. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#buffer.subarray(this.#taken, this.#used);
    this.#taken = this.#used;
    return taken;
  }

  /** So many octets of the stream have been sent: nobody looks at them. */
  release(sent: number): void {
    let full;
    while ((full = this.#full.first) !== undefined && full.end <= sent) {
      this.#full.shift();
      keep(full.octets);
    }
    if (this.#buffer.length === 0 || this.#end > sent) return;
    keep(this.#buffer);
    this.forget();
  }

  /** Leaves what was added to those who still look at it. */
  forget(): void {
    this.#buffer = NO_OCTETS;
    this.#used = this.#taken = 0;
    this.#full.clear();
  }

  #reserve(count: number): number {
    const start = this.#used;
    if (start + count <= this.#buffer.length) {
      this.#used += count;
      return start;
    }
    if (this.#buffer.length > 0) {
      this.#full.push({ octets: this.#buffer, end: this.#end });
    }
    this.#buffer = spare.pop() ?? new Uint8Array(BUFFER_LENGTH);
    this.#used = count;
    this.#taken = 0;
    return 0;
  }
}

/** Keeps a buffer for who needs one next. */
function keep(buffer: Uint8Array<ArrayBuffer>): void {
  if (spare.length < MOST_SPARE) spare.push(buffer);
}
