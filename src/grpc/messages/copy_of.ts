import { weigh } from "./message_octets.ts";

/** The longest copy, in octets, that may lie beside others. */
const SHORT = 256;

/** Octets that short copies are cut from: who keeps one of them keeps that much. */
const SLAB_LENGTH = 2_048;

/** The connection of the last short copy. */
let source: object | undefined;

/** Each octet is cut off once: copies have one owner each, and are not reused. */
let slab: Uint8Array<ArrayBuffer> | undefined;
let slabUsed = 0;

/**
 * A copy of some octets.
 *
 * An array of its own costs more than all else about a short message, and its
 * memory the garbage collector's time. So short copies lie beside each other,
 * from the second one in a row that comes of the same connection: never beside
 * those of another. The buffer of a read does not tell these apart, as buffers go
 * round among connections.
 *
 * @param connection Whose octets they are; without, the copy lies alone.
 */
export function copyOf(
  data: Uint8Array,
  start: number,
  end: number,
  connection: object | undefined,
): Uint8Array<ArrayBuffer> {
  const length = end - start;
  weigh(length);
  if (length > SHORT || connection === undefined) return data.slice(start, end);
  if (connection !== source) {
    source = connection;
    slab = undefined;
    return data.slice(start, end);
  }
  // One that its user has transferred with a message has no length any more.
  if (slab === undefined || slabUsed + length > slab.length) {
    slab = new Uint8Array(SLAB_LENGTH);
    slabUsed = 0;
  }
  const at = slabUsed;
  slabUsed += length;
  // For a few octets, to call `set` costs more than to copy them.
  for (let i = 0; i < length; i++) slab[at + i] = data[start + i];
  return new Uint8Array(slab.buffer, at, length);
}
