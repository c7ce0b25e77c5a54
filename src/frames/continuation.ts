import {
  requirePayloadLength,
  requireStream,
  requireStreamId,
} from "./checks.ts";
import { Flag, FrameType, type RawFrame } from "./frame_header.ts";
import type { FrameWriter } from "./frame_writer.ts";

/**
 * CONTINUATION
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.10 | RFC 9113 section 6.10}):
 * a further piece of a field block.
 */
export interface ContinuationFrame {
  /** Tells this frame from the others. */
  readonly type: typeof FrameType.CONTINUATION;
  /** The stream that the field block belongs to. */
  readonly streamId: number;
  /** Whether the field block is complete. */
  readonly endHeaders: boolean;
  /** A piece of the field block: a view that is valid until the next frame. */
  readonly fragment: Uint8Array;
}

/**
 * Encodes a CONTINUATION frame.
 *
 * @throws {RangeError} If the stream identifier or the length is out of range.
 */
export function encodeContinuation(
  writer: FrameWriter,
  streamId: number,
  fragment: Uint8Array,
  endHeaders: boolean,
): void {
  requireStreamId(streamId);
  requirePayloadLength(fragment.length);
  const at = writer.frame(
    fragment.length,
    FrameType.CONTINUATION,
    endHeaders ? Flag.END_HEADERS : 0,
    streamId,
  );
  writer.buffer.set(fragment, at);
}

/**
 * Decodes a CONTINUATION frame. That it follows a HEADERS frame of the same
 * stream is for the connection to check.
 *
 * @throws {ConnectionError} PROTOCOL_ERROR for stream 0.
 */
export function decodeContinuation(raw: RawFrame): ContinuationFrame {
  requireStream(raw);
  return {
    type: FrameType.CONTINUATION,
    streamId: raw.streamId,
    endHeaders: (raw.flags & Flag.END_HEADERS) !== 0,
    fragment: raw.bytes.subarray(raw.start, raw.start + raw.length),
  };
}
