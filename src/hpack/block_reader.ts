import { assert } from "../invariants/mod.ts";
import { HpackError } from "./errors.ts";
import { maxHuffmanDecodedLength, readHuffman } from "./huffman.ts";
import { type Cursor, readInteger } from "./integer.ts";
import { latin1 } from "./latin1.ts";

/** Strings that decode to more octets use a buffer of their own. */
const KEPT_BUFFER_LENGTH = 4096;

/**
 * What a short string is decoded into, of whatever decoder. It is written and
 * read in one call, in which nothing is awaited and nobody else is called.
 */
let keptBuffer: Uint8Array | undefined;

function decodeBuffer(length: number): Uint8Array {
  if (length > KEPT_BUFFER_LENGTH) return new Uint8Array(length);
  return keptBuffer ??= new Uint8Array(KEPT_BUFFER_LENGTH);
}

/** Reads a header block from its start to its end. */
export class BlockReader implements Cursor {
  readonly bytes: Uint8Array;
  readonly #maxStringLength: number;
  offset = 0;

  #source: Uint8Array;
  #start = 0;
  #length = 0;

  constructor(bytes: Uint8Array, maxStringLength: number) {
    this.bytes = bytes;
    this.#source = bytes;
    this.#maxStringLength = maxStringLength;
  }

  /** Reads an integer whose prefix is the low bits of the next octet. */
  integer(prefixBits: number): number {
    return readInteger(this, prefixBits);
  }

  /**
   * Reads a string literal
   * ({@link https://www.rfc-editor.org/rfc/rfc7541#section-5.2 | RFC 7541 section 5.2}).
   */
  string(): string {
    this.#readString();
    return latin1(this.#source, this.#start, this.#start + this.#length);
  }

  /** Reads a string literal, but returns only its length. */
  skipString(): number {
    this.#readString();
    return this.#length;
  }

  #readString(): void {
    const at = this.offset;
    const isHuffman = (this.bytes[at] & 0x80) !== 0;
    const length = this.integer(7);
    const start = this.offset;
    const end = start + length;
    if (end > this.bytes.length) {
      throw new HpackError(
        "truncated",
        at,
        `expected a string of ${length} octets, the block ends after ${
          this.bytes.length - start
        } of them`,
      );
    }
    this.offset = end;
    if (isHuffman) {
      this.#source = decodeBuffer(maxHuffmanDecodedLength(length));
      this.#start = 0;
      this.#length = readHuffman(this.bytes, start, end, this.#source);
      assert(
        this.#length <= this.#source.length,
        "what comes out of Huffman code fits in its bound",
        this.#length,
      );
    } else {
      this.#source = this.bytes;
      this.#start = start;
      this.#length = length;
    }
    if (this.#length > this.#maxStringLength) {
      throw new HpackError(
        "string-too-long",
        at,
        `expected a string of at most ${this.#maxStringLength} octets, received ${this.#length}`,
      );
    }
  }
}
