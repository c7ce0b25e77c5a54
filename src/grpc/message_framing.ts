import { GrpcError } from "./grpc_error.ts";
import { Status } from "./status.ts";

/** Octets before each message: compressed flag and length. */
const PREFIX_LENGTH = 5;

/** Up to this many octets a message is copied behind its prefix. */
const COPIED_LENGTH = 4_096;

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
  const head = new Uint8Array(PREFIX_LENGTH + (copied ? length : 0));
  head[0] = compressed ? 1 : 0;
  head[1] = length >>> 24;
  head[2] = length >>> 16;
  head[3] = length >>> 8;
  head[4] = length;
  if (!copied) return [head, payload];
  head.set(payload, PREFIX_LENGTH);
  return [head];
}

/**
 * Cuts the data of a stream into messages. Of a message that has not arrived
 * whole, only what has arrived is held.
 */
export class MessageReader {
  readonly #maxLength: number;
  readonly #prefix = new Uint8Array(PREFIX_LENGTH);
  #prefixLength = 0;
  #pieces: Uint8Array[] = [];
  #missing = 0;

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
    while (at < data.length || (this.#isPrefixWhole && this.#missing === 0)) {
      if (!this.#isPrefixWhole) {
        at = this.#readPrefix(data, at);
        continue;
      }
      const end = Math.min(at + this.#missing, data.length);
      if (end > at) this.#pieces.push(data.slice(at, end));
      this.#missing -= end - at;
      at = end;
      if (this.#missing === 0) messages.push(this.#complete());
    }
    return messages;
  }

  get #isPrefixWhole(): boolean {
    return this.#prefixLength === PREFIX_LENGTH;
  }

  #readPrefix(data: Uint8Array, at: number): number {
    while (at < data.length && !this.#isPrefixWhole) {
      this.#prefix[this.#prefixLength++] = data[at++];
    }
    if (!this.#isPrefixWhole) return at;
    const [flag, a, b, c, d] = this.#prefix;
    const length = (a << 24 | b << 16 | c << 8 | d) >>> 0;
    if (flag > 1) {
      throw new GrpcError(
        Status.INTERNAL,
        `Received a message with the compressed flag ${flag}, expected 0 or 1`,
      );
    }
    if (length > this.#maxLength) {
      throw new GrpcError(
        Status.RESOURCE_EXHAUSTED,
        `Received message larger than max (${length} vs. ${this.#maxLength})`,
      );
    }
    this.#missing = length;
    return at;
  }

  #complete(): RawMessage {
    const payload = this.#pieces.length === 1
      ? this.#pieces[0]
      : join(this.#pieces);
    const compressed = this.#prefix[0] === 1;
    this.#pieces = [];
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
