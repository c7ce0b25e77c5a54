import { GrpcError } from "./grpc_error.ts";
import { Status } from "./status.ts";

/** Octets before each message: compressed flag and length. */
const PREFIX_LENGTH = 5;

/** Up to this many octets a message is copied behind its prefix. */
const COPIED_LENGTH = 4_096;

/**
 * Octets that short pieces are cut from: an array of its own costs more than
 * all else about a short message. What waits long on a stream keeps that much.
 */
const SLAB_LENGTH = 8_192;

let slab = new Uint8Array(SLAB_LENGTH);
let slabUsed = 0;

/**
 * Octets that are held for a message of which only the first have arrived: as
 * many as the first flow-control window lets the peer send in any case.
 */
const EAGER_LENGTH = 65_536;

const EMPTY = new Uint8Array(0);

/** A message as it travels. */
export interface RawMessage {
  /** Whether the payload is in the encoding of the stream. */
  readonly compressed: boolean;
  /** The payload without prefix. */
  readonly payload: Uint8Array;
}

/**
 * The octets of a message with its prefix (Length-Prefixed-Message): one
 * piece, or two where the copy would cost more than the second piece.
 */
export function frameMessage(
  payload: Uint8Array,
  compressed: boolean,
): Uint8Array[] {
  const { length } = payload;
  const copied = length <= COPIED_LENGTH;
  const head = cut(PREFIX_LENGTH + (copied ? length : 0));
  head[0] = compressed ? 1 : 0;
  head[1] = length >>> 24;
  head[2] = length >>> 16;
  head[3] = length >>> 8;
  head[4] = length;
  if (!copied) return [head, payload];
  head.set(payload, PREFIX_LENGTH);
  return [head];
}

function cut(length: number): Uint8Array {
  if (slabUsed + length > SLAB_LENGTH) {
    slab = new Uint8Array(SLAB_LENGTH);
    slabUsed = 0;
  }
  const start = slabUsed;
  slabUsed += length;
  return slab.subarray(start, slabUsed);
}

/**
 * Cuts the data of a stream into messages. Of a message that has not arrived
 * whole, at most twice of what has arrived is held, or 65 536 octets.
 */
export class MessageReader {
  readonly #maxLength: number;
  #prefixLength = 0;
  #flag = 0;
  #length = 0;
  #payload = EMPTY;
  #filled = 0;

  /** Starts with no octets; `maxLength` bounds a message, in octets. */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** Whether the data so far ends with the end of a message. */
  get isAtBoundary(): boolean {
    return this.#prefixLength === 0;
  }

  /**
   * Adds data, which is copied, and answers with the messages it completes.
   *
   * @throws {GrpcError} RESOURCE_EXHAUSTED if a message is too long, INTERNAL
   * if its prefix is malformed.
   */
  push(data: Uint8Array): RawMessage[] {
    const messages: RawMessage[] = [];
    let at = 0;
    while (at < data.length) {
      at = this.#isPrefixWhole
        ? this.#readPayload(data, at)
        : this.#readPrefix(data, at);
      if (this.#isPrefixWhole && this.#filled === this.#length) {
        messages.push(this.#complete());
      }
    }
    return messages;
  }

  get #isPrefixWhole(): boolean {
    return this.#prefixLength === PREFIX_LENGTH;
  }

  #readPrefix(data: Uint8Array, at: number): number {
    while (at < data.length && !this.#isPrefixWhole) {
      const octet = data[at++];
      if (this.#prefixLength++ === 0) this.#flag = octet;
      else this.#length = 256 * this.#length + octet;
    }
    if (this.#isPrefixWhole) this.#checkPrefix();
    return at;
  }

  #checkPrefix(): void {
    if (this.#flag > 1) {
      throw new GrpcError(
        Status.INTERNAL,
        `Received a message with the compressed flag ${this.#flag}, expected 0 or 1`,
      );
    }
    if (this.#length > this.#maxLength) {
      throw new GrpcError(
        Status.RESOURCE_EXHAUSTED,
        `Received message larger than max (${this.#length} vs. ${this.#maxLength})`,
      );
    }
  }

  #readPayload(data: Uint8Array, at: number): number {
    const end = Math.min(at + this.#length - this.#filled, data.length);
    if (end - at === this.#length) {
      this.#payload = data.slice(at, end);
    } else {
      this.#reserve(this.#filled + end - at);
      this.#payload.set(data.subarray(at, end), this.#filled);
    }
    this.#filled += end - at;
    return end;
  }

  /**
   * Makes room: much more than before, at most for the message. What was held
   * before is free at once, without the garbage collector.
   */
  #reserve(length: number): void {
    const { length: before } = this.#payload;
    if (length <= before) return;
    const ample = Math.max(length, 2 * before, EAGER_LENGTH);
    const size = Math.min(ample, this.#length);
    this.#payload = before === 0
      ? new Uint8Array(size)
      : new Uint8Array(this.#payload.buffer.transfer(size));
  }

  #complete(): RawMessage {
    const payload = this.#payload;
    const compressed = this.#flag === 1;
    this.#payload = EMPTY;
    this.#filled = 0;
    this.#length = 0;
    this.#prefixLength = 0;
    return { compressed, payload };
  }
}

/** One array of several. */
export function join(pieces: readonly Uint8Array[]): Uint8Array {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
