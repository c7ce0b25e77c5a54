import { growOctets } from "../collections/mod.ts";

/**
 * Where an encoder appends octets: a growing buffer.
 *
 * A frame writer that has these members takes header blocks without a copy.
 */
export interface OctetSink {
  /** The buffer to write into; another one after it grew. */
  readonly buffer: Uint8Array;

  /**
   * Appends room for octets and returns the offset in `buffer` where it
   * begins. Throws, and changes nothing, if there is no room to be had.
   */
  reserve(count: number): number;

  /** Gives back the octets from an offset on. */
  truncate(length: number): void;
}

/** Octets in a fresh buffer: a typical request that nothing is known of. */
const INITIAL_CAPACITY = 256;

/**
 * A growing buffer, the plain {@linkcode OctetSink}.
 *
 * @example Two blocks in one buffer
 * ```ts
 * import { HpackEncoder, OctetBuffer } from "@keepalive/grpc/hpack";
 * import { assertEquals } from "@std/assert";
 *
 * const encoder = new HpackEncoder();
 * const buffer = new OctetBuffer();
 * encoder.encodeInto(buffer, [[":status", "200"]]);
 * encoder.encodeInto(buffer, [[":status", "404"]]);
 * assertEquals(buffer.octets(), new Uint8Array([0x88, 0x8d]));
 * ```
 */
export class OctetBuffer implements OctetSink {
  #buffer = new Uint8Array(INITIAL_CAPACITY);
  #length = 0;

  /** The buffer to write into; another one after it grew. */
  get buffer(): Uint8Array<ArrayBuffer> {
    return this.#buffer;
  }

  /** How many octets of the buffer are in use. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends room for octets and returns the offset where it begins.
   *
   * @throws {RangeError} If there is no memory for them.
   */
  reserve(count: number): number {
    const at = this.#length;
    const length = at + count;
    if (length > this.#buffer.length) {
      this.#buffer = growOctets(this.#buffer, at, length, INITIAL_CAPACITY);
    }
    this.#length = length;
    return at;
  }

  /**
   * Gives back the octets from an offset on; 0 empties the buffer.
   *
   * @throws {RangeError} If it is not an offset of octets in use.
   */
  truncate(length: number): void {
    if (!Number.isInteger(length) || length < 0 || length > this.#length) {
      throw new RangeError(
        `Cannot truncate the buffer: expected an integer from 0 to ${this.#length}, received ${length}`,
      );
    }
    this.#length = length;
  }

  /** A view of the octets in use, valid until the buffer is written to. */
  octets(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }
}
