import { Spares } from "../collections/mod.ts";
import { Flag, type RawFrame } from "./frame_header.ts";

/** Octets of the longest data that are copied: those of a short message. */
const SHORT_LENGTH = 64;

/** Arrays of a length that are kept. */
const MOST = 16;

/**
 * Arrays for short data, by their lengths: messages of a method are mostly alike,
 * and a view of its own costs more than the octets of a short one.
 */
const spares: (Spares<Uint8Array> | undefined)[] = [];

/** Whether a DATA frame is nothing but short data. */
export function isShortData({ flags, length }: RawFrame): boolean {
  return length <= SHORT_LENGTH && (flags & Flag.PADDED) === 0;
}

/** A copy of the data of a frame for which {@linkcode isShortData} holds. */
export function shortData({ bytes, start, length }: RawFrame): Uint8Array {
  const data = spares[length]?.take() ?? new Uint8Array(length);
  for (let at = 0; at < length; at++) data[at] = bytes[start + at];
  return data;
}

/** Nobody looks at data any more: if it is such a copy, it is used again. */
export function reuseShortData(data: Uint8Array): void {
  const { length } = data;
  // A view of what was read begins behind the header of a frame.
  if (length > SHORT_LENGTH || data.byteOffset !== 0) return;
  const kept = spares[length] ??= new Spares<Uint8Array>(MOST);
  kept.keep(data);
}
