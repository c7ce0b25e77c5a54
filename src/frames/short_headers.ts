import { requireStream } from "./checks.ts";
import { Flag, FrameType, type RawFrame } from "./frame_header.ts";
import type { HeadersFrame } from "./headers.ts";

/** Octets of the longest field block that is copied: most name table entries. */
const SHORT_LENGTH = 32;

/** Whether a HEADERS frame is nothing but a short field block, or a piece of one. */
export function isShortHeaders({ flags, length }: RawFrame): boolean {
  return length <= SHORT_LENGTH &&
    (flags & (Flag.PADDED | Flag.PRIORITY)) === 0;
}

/**
 * A HEADERS frame with a short field block, which is written over by the next
 * one: a call has two or three of them, of a dozen octets each, and a view of
 * its own would cost more than all else about such a frame.
 */
export class ShortHeaders {
  readonly #octets = new Uint8Array(SHORT_LENGTH);
  /** By their lengths, each made when it is needed first. */
  readonly #fragments: Uint8Array[] = [];
  readonly #frame: { -readonly [Key in keyof HeadersFrame]: HeadersFrame[Key] };

  /** Holds a frame that was never received. */
  constructor() {
    this.#frame = {
      type: FrameType.HEADERS,
      streamId: 0,
      endStream: false,
      endHeaders: false,
      fragment: this.#octets,
    };
  }

  /**
   * Decodes a frame for which `isShortHeaders` holds.
   *
   * @throws {ConnectionError} PROTOCOL_ERROR for stream 0.
   */
  decode(raw: RawFrame): HeadersFrame {
    requireStream(raw);
    const { bytes, start, length, flags } = raw;
    const fragment = this.#fragments[length] ??= this.#octets.subarray(
      0,
      length,
    );
    for (let at = 0; at < length; at++) fragment[at] = bytes[start + at];
    const frame = this.#frame;
    frame.streamId = raw.streamId;
    frame.endStream = (flags & Flag.END_STREAM) !== 0;
    frame.endHeaders = (flags & Flag.END_HEADERS) !== 0;
    frame.fragment = fragment;
    return frame;
  }
}
