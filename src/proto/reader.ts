import { DecodeError } from "./decode_error.ts";
import { WireType } from "./wire_type.ts";

/** How deep messages may lie in each other, as in other implementations. */
export const MAX_DEPTH = 100;

/** The longest varint: ten times seven bits are more than 64. */
const MAX_VARINT = 10;

const TWO_32 = 2 ** 32;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the encoding of
 * {@link https://protobuf.dev/programming-guides/encoding/ | Protocol Buffers}
 * from octets of anybody: each read stays within them, and takes no more time
 * than they are long.
 */
export class Reader {
  readonly #octets: Uint8Array;
  readonly #depth: number;
  #at = 0;

  /** Starts at the first octet. */
  constructor(octets: Uint8Array, depth: number = 0) {
    if (depth > MAX_DEPTH) {
      throw new DecodeError(
        `Cannot decode a message: expected at most ${MAX_DEPTH} messages within each other`,
      );
    }
    this.#octets = octets;
    this.#depth = depth;
  }

  /** Whether there is nothing left. */
  get isAtEnd(): boolean {
    return this.#at >= this.#octets.length;
  }

  /** The number of the next field, and the type of its value. */
  tag(): { number: number; wireType: number } {
    const at = this.#at;
    const [low, high] = this.#varint();
    const number = low >>> 3;
    if (high !== 0 || number === 0) {
      throw new DecodeError(
        `Cannot decode a message: expected a field number from 1 to 536870911 at octet ${at}`,
      );
    }
    return { number, wireType: low & 7 };
  }

  /** A signed integer; beyond 2^53 it is the nearest that a number can be. */
  integer(): number {
    const [low, high] = this.#varint();
    return (high | 0) * TWO_32 + low;
  }

  /** A number of 32 bits with a sign, such as an enum. */
  int32(): number {
    return this.#varint()[0] | 0;
  }

  /** Whether a varint is not 0. */
  bool(): boolean {
    const [low, high] = this.#varint();
    return low !== 0 || high !== 0;
  }

  /** Octets with their length before them: a view. */
  bytes(): Uint8Array {
    const [length, high] = this.#varint();
    return this.#take(high === 0 ? length : Infinity);
  }

  /** The same as text, which has to be UTF-8. */
  text(): string {
    const at = this.#at;
    try {
      return decoder.decode(this.bytes());
    } catch (error) {
      if (error instanceof DecodeError) throw error;
      throw new DecodeError(
        `Cannot decode a message: expected UTF-8 in the text at octet ${at}`,
        { cause: error },
      );
    }
  }

  /** A message within this one. */
  nested(): Reader {
    return new Reader(this.bytes(), this.#depth + 1);
  }

  /** Leaves out a value. */
  skip(wireType: number, number: number): void {
    switch (wireType) {
      case WireType.VARINT:
        return void this.#varint();
      case WireType.I64:
        return void this.#take(8);
      case WireType.LEN:
        return void this.bytes();
      case WireType.I32:
        return void this.#take(4);
      case WireType.START_GROUP:
        return this.#skipGroup(number);
      default:
        throw new DecodeError(
          `Cannot decode field ${number}: expected a wire type from 0 to 5, and no end of a group that has not begun, received ${wireType}`,
        );
    }
  }

  /** Groups within each other are counted, and take no stack. */
  #skipGroup(first: number): void {
    const open = [first];
    while (open.length > 0) {
      const { number, wireType } = this.tag();
      if (wireType === WireType.START_GROUP) {
        open.push(number);
        if (this.#depth + open.length <= MAX_DEPTH) continue;
        throw new DecodeError(
          `Cannot decode field ${first}: expected at most ${MAX_DEPTH} groups within each other`,
        );
      }
      if (wireType !== WireType.END_GROUP) this.skip(wireType, number);
      else if (open.pop() !== number) {
        throw new DecodeError(
          `Cannot decode field ${first}: expected the end of its group, received that of ${number}`,
        );
      }
    }
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#octets.length) {
      throw new DecodeError(
        `Cannot decode a message: expected ${length} octets from octet ${this.#at} on, received ${
          this.#octets.length - this.#at
        }`,
      );
    }
    const taken = this.#octets.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** The low and the high 32 bits. */
  #varint(): [low: number, high: number] {
    const start = this.#at;
    let low = 0, high = 0;
    for (let i = 0; i < MAX_VARINT; i++) {
      const octet = this.#octets[this.#at++];
      if (octet === undefined) break;
      const bits = octet & 0x7f;
      if (i < 4) low |= bits << 7 * i;
      else if (i === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << 7 * i - 32;
      if (octet < 0x80) return [low >>> 0, high >>> 0];
    }
    throw new DecodeError(
      `Cannot decode a message: expected a varint of at most ${MAX_VARINT} octets at octet ${start}`,
    );
  }
}
