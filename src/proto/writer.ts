import { growOctets } from "../collections/mod.ts";

/** Octets that there is room for at first. */
const FIRST_LENGTH = 64;

const TWO_32 = 2 ** 32;

const encoder = new TextEncoder();

/** Writes the encoding of Protocol Buffers. */
export class Writer {
  #octets: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_LENGTH);
  #length = 0;

  /** What was written: a view. */
  get octets(): Uint8Array<ArrayBuffer> {
    return this.#octets.subarray(0, this.#length);
  }

  /** The number of a field, and the type of its value. */
  tag(number: number, wireType: number): void {
    this.#varint(number << 3 >>> 0 | wireType, 0);
  }

  /** A signed integer of up to 53 bits, in two's complement. */
  integer(value: number): void {
    const high = Math.floor(value / TWO_32);
    this.#varint(value - high * TWO_32, high >>> 0);
  }

  /** Octets with their length before them. */
  bytes(octets: Uint8Array): void {
    this.#varint(octets.length, 0);
    this.#room(octets.length);
    this.#octets.set(octets, this.#length);
    this.#length += octets.length;
  }

  /** Text as UTF-8, in the same way. */
  text(text: string): void {
    this.bytes(encoder.encode(text));
  }

  #varint(low: number, high: number): void {
    this.#room(10);
    while (high > 0 || low > 0x7f) {
      this.#octets[this.#length++] = low & 0x7f | 0x80;
      low = (low >>> 7 | high << 25) >>> 0;
      high >>>= 7;
    }
    this.#octets[this.#length++] = low;
  }

  #room(octets: number): void {
    const needed = this.#length + octets;
    if (needed <= this.#octets.length) return;
    this.#octets = growOctets(
      this.#octets,
      this.#length,
      needed,
      FIRST_LENGTH,
    );
  }
}
