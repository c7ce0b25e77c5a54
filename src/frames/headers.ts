import {
  requirePayloadLength,
  requireStream,
  requireStreamId,
} from "./checks.ts";
import { Flag, FrameType, type RawFrame } from "./frame_header.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { afterPadLength, unpad } from "./padding.ts";
import {
  PRIORITY_FIELDS_LENGTH,
  type PriorityFields,
  readPriorityFields,
} from "./priority_fields.ts";

/**
 * HEADERS
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.2 | RFC 9113 section 6.2}):
 * opens a stream, or carries trailers.
 */
export interface HeadersFrame {
  /** Tells this frame from the others. */
  readonly type: typeof FrameType.HEADERS;
  /** The stream that the field block belongs to. */
  readonly streamId: number;
  /** Whether this is the last field block of the sender on this stream. */
  readonly endStream: boolean;
  /** Whether the field block is complete, with no CONTINUATION to follow. */
  readonly endHeaders: boolean;
  /** A piece of the field block: a view that is valid until the next frame. */
  readonly fragment: Uint8Array;
  /** The deprecated priority fields, if they are there. */
  readonly priority?: PriorityFields;
}

/**
 * Encodes a HEADERS frame without padding and priority.
 *
 * @throws {RangeError} If the stream identifier or the length is out of range.
 */
export function encodeHeaders(
  writer: FrameWriter,
  streamId: number,
  fragment: Uint8Array,
  endStream: boolean,
  endHeaders: boolean,
): void {
  requireStreamId(streamId);
  requirePayloadLength(fragment.length);
  const flags = (endStream ? Flag.END_STREAM : 0) |
    (endHeaders ? Flag.END_HEADERS : 0);
  const at = writer.frame(fragment.length, FrameType.HEADERS, flags, streamId);
  writer.buffer.set(fragment, at);
}

/**
 * Decodes a HEADERS frame.
 *
 * @throws {ConnectionError} PROTOCOL_ERROR for stream 0 or more padding than
 * payload, FRAME_SIZE_ERROR if fields that the flags announce are missing.
 */
export function decodeHeaders(raw: RawFrame): HeadersFrame {
  requireStream(raw);
  const hasPriority = (raw.flags & Flag.PRIORITY) !== 0;
  const frame: HeadersFrame = {
    type: FrameType.HEADERS,
    streamId: raw.streamId,
    endStream: (raw.flags & Flag.END_STREAM) !== 0,
    endHeaders: (raw.flags & Flag.END_HEADERS) !== 0,
    fragment: unpad(raw, hasPriority ? PRIORITY_FIELDS_LENGTH : 0),
  };
  if (!hasPriority) return frame;
  const priority = readPriorityFields(raw.bytes, afterPadLength(raw));
  return { ...frame, priority };
}
