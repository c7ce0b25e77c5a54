import { NO_OCTETS } from "../../collections/mod.ts";
import { PREFIX_LENGTH, writePrefix } from "./framing.ts";

/** Octets of a buffer; more than the longest message that is copied. */
const BUFFER_LENGTH = 16_384;

/** Buffers that are kept for all streams together. */
const MOST_SPARE = 32;

/** Nobody has a view of them; while messages flow, nothing is allocated. */
const spare: Uint8Array<ArrayBuffer>[] = [];

/**
 * Copies of the short messages of a stream, with their prefixes, until all of
 * them have been sent: then others are written over them. One behind the other,
 * so that they travel as one.
 */
export class FramedCopies {
  #buffer: Uint8Array<ArrayBuffer> = NO_OCTETS;
  #used = 0;
  /** Those that are full. */
  readonly #full: Uint8Array<ArrayBuffer>[] = [];

  /** The octets of a message with its prefix, valid until `release`. */
  add(payload: Uint8Array): Uint8Array<ArrayBuffer> {
    const { length } = payload;
    const start = this.#reserve(PREFIX_LENGTH + length);
    const buffer = this.#buffer;
    writePrefix(buffer, start, length, false);
    buffer.set(payload, start + PREFIX_LENGTH);
    return new Uint8Array(buffer.buffer, start, PREFIX_LENGTH + length);
  }

  /** Nobody looks at what was added any more. */
  release(): void {
    if (this.#buffer.length === 0) return;
    giveBack(this.#buffer);
    for (const each of this.#full) giveBack(each);
    this.forget();
  }

  /** Leaves what was added to those who still look at it. */
  forget(): void {
    this.#buffer = NO_OCTETS;
    this.#used = 0;
    this.#full.length = 0;
  }

  #reserve(count: number): number {
    const start = this.#used;
    if (start + count <= this.#buffer.length) {
      this.#used += count;
      return start;
    }
    if (this.#buffer.length > 0) this.#full.push(this.#buffer);
    this.#buffer = spare.pop() ?? new Uint8Array(BUFFER_LENGTH);
    this.#used = count;
    return 0;
  }
}

function giveBack(buffer: Uint8Array<ArrayBuffer>): void {
  if (spare.length < MOST_SPARE) spare.push(buffer);
}
