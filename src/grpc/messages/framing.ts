/** Octets before each message: compressed flag and length. */
export const PREFIX_LENGTH = 5;

/** Up to this many octets a message is copied behind its prefix. */
export const COPIED_LENGTH = 4_096;

/**
 * Octets that short pieces are cut from: an array of its own costs more than
 * all else about a short message. What waits long on a stream keeps that much.
 */
const SLAB_LENGTH = 8_192;

/** Each octet is cut off once: pieces have one owner each, and are not reused. */
let slab = new Uint8Array(SLAB_LENGTH);
let slabUsed = 0;

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
  if (length <= COPIED_LENGTH) return [framedCopy(payload, compressed)];
  const start = cutOff(PREFIX_LENGTH);
  const head = slab.subarray(start, slabUsed);
  writePrefix(head, 0, length, compressed);
  return [head, payload];
}

/** A copy of a message behind its prefix, in one piece. */
export function framedCopy(
  payload: Uint8Array,
  compressed: boolean,
): Uint8Array {
  const { octets, start } = frameCopy(payload, compressed);
  return octets.subarray(start, slabUsed);
}

/** Where a copy begins that was made last: looked at before another is made. */
const COPY = { octets: slab, start: 0 };

/**
 * The same, as a place in an array that others share: a view would take more
 * room than a short message.
 */
export function frameCopy(
  payload: Uint8Array,
  compressed: boolean,
): Readonly<typeof COPY> {
  const { length } = payload;
  const start = cutOff(PREFIX_LENGTH + length);
  writePrefix(slab, start, length, compressed);
  slab.set(payload, start + PREFIX_LENGTH);
  COPY.octets = slab;
  COPY.start = start;
  return COPY;
}

/** Writes the prefix of a message of so many octets. */
export function writePrefix(
  target: Uint8Array,
  at: number,
  length: number,
  compressed: boolean,
): void {
  target[at] = compressed ? 1 : 0;
  target[at + 1] = length >>> 24;
  target[at + 2] = length >>> 16;
  target[at + 3] = length >>> 8;
  target[at + 4] = length;
}

/** The length that the prefix at a place says. */
export function lengthAt(octets: Uint8Array, at: number): number {
  return octets[at + 1] * 2 ** 24 +
    (octets[at + 2] << 16 | octets[at + 3] << 8 | octets[at + 4]);
}

/** Cuts octets off the slab; answers where they begin. */
function cutOff(length: number): number {
  if (slabUsed + length > SLAB_LENGTH) {
    slab = new Uint8Array(SLAB_LENGTH);
    slabUsed = 0;
  }
  slabUsed += length;
  return slabUsed - length;
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
