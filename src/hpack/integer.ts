import { HpackError } from "./errors.ts";

/**
 * The largest integer that is accepted or announced. "Integer encodings that
 * exceed implementation limits -- in value or octet length -- MUST be treated
 * as decoding errors"
 * ({@link https://www.rfc-editor.org/rfc/rfc7541#section-5.1 | RFC 7541 section 5.1}).
 */
export const MAX_INTEGER = 0x7fff_ffff;

/** Five octets of seven bits hold every integer up to the largest. */
const MAX_CONTINUATION_OCTETS = 5;

/** The most octets that an integer takes, its prefix included. */
export const MAX_INTEGER_OCTETS: number = 1 + MAX_CONTINUATION_OCTETS;

/** A place in a header block. */
export interface Cursor {
  /** The header block. */
  readonly bytes: Uint8Array;
  /** The octet that is read next. */
  offset: number;
}

/**
 * Reads an integer whose prefix is the low bits of the next octet
 * (RFC 7541 section 5.1).
 *
 * @throws {HpackError} If it is truncated or past the limit.
 */
export function readInteger(cursor: Cursor, prefixBits: number): number {
  const { bytes, offset: start } = cursor;
  if (start >= bytes.length) throw truncatedInteger(start, bytes.length);
  const prefix = (1 << prefixBits) - 1;
  let value = bytes[start] & prefix;
  if (value < prefix) {
    cursor.offset = start + 1;
    return value;
  }
  let scale = 1;
  for (let i = 1; i <= MAX_CONTINUATION_OCTETS; i++) {
    const at = start + i;
    if (at >= bytes.length) throw truncatedInteger(start, bytes.length);
    value += (bytes[at] & 0x7f) * scale;
    if (value > MAX_INTEGER) {
      throw new HpackError(
        "integer-too-large",
        start,
        `expected an integer of at most ${MAX_INTEGER}, received at least ${value}`,
      );
    }
    if (bytes[at] < 0x80) {
      cursor.offset = at + 1;
      return value;
    }
    scale *= 128;
  }
  throw new HpackError(
    "integer-too-large",
    start,
    `expected an integer of at most ${MAX_CONTINUATION_OCTETS} continuation octets, received more`,
  );
}

function truncatedInteger(start: number, end: number): HpackError {
  return new HpackError(
    "truncated",
    start,
    `expected an integer, the block ends after ${end - start} of its octets`,
  );
}

/**
 * Writes an integer after the pattern that fills the high bits of its first
 * octet, and returns where it ends (RFC 7541 section 5.1).
 */
export function writeInteger(
  target: Uint8Array,
  at: number,
  pattern: number,
  prefixBits: number,
  value: number,
): number {
  const prefix = (1 << prefixBits) - 1;
  if (value < prefix) {
    target[at] = pattern | value;
    return at + 1;
  }
  target[at++] = pattern | prefix;
  value -= prefix;
  while (value >= 0x80) {
    target[at++] = value & 0x7f | 0x80;
    value >>>= 7;
  }
  target[at++] = value;
  return at;
}
