import {
  requirePayloadLength,
  requireStream,
  requireStreamId,
} from "./checks.ts";
import { Flag, FrameType, type RawFrame } from "./frame_header.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { unpad } from "./padding.ts";
import { isShortData, shortData } from "./short_data.ts";

/**
 * DATA
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.1 | RFC 9113 section 6.1}):
 * a piece of a request or response body.
 */
export interface DataFrame {
  /** Tells this frame from the others. */
  readonly type: typeof FrameType.DATA;
  /** The stream that the data belongs to. */
  streamId: number;
  /** Whether this is the last frame of the sender on this stream. */
  endStream: boolean;
  /** The data without padding: a view that is valid until the next frame. */
  data: Uint8Array;
  /**
   * Octets that count against the flow-control windows: the whole payload,
   * with pad length and padding.
   */
  flowControlledLength: number;
}

/**
 * Encodes a DATA frame without padding.
 *
 * @throws {RangeError} If the stream identifier or the length is out of range.
 */
export function encodeData(
  writer: FrameWriter,
  streamId: number,
  data: Uint8Array,
  endStream: boolean,
): void {
  requireStreamId(streamId);
  requirePayloadLength(data.length);
  const flags = endStream ? Flag.END_STREAM : 0;
  const at = writer.frame(data.length, FrameType.DATA, flags, streamId);
  writer.buffer.set(data, at);
}

/**
 * Decodes a DATA frame.
 *
 * @param into A frame to reuse instead of a fresh one.
 * @param copiesShort Whether data of up to 64 octets is copied.
 * @throws {ConnectionError} PROTOCOL_ERROR for stream 0 or more padding than
 * payload, FRAME_SIZE_ERROR if the pad length is missing.
 */
export function decodeData(
  raw: RawFrame,
  into?: DataFrame,
  copiesShort = false,
): DataFrame {
  requireStream(raw);
  const data = copiesShort && isShortData(raw) ? shortData(raw) : unpad(raw, 0);
  const frame = into ?? {
    type: FrameType.DATA,
    streamId: 0,
    endStream: false,
    data,
    flowControlledLength: 0,
  };
  frame.streamId = raw.streamId;
  frame.endStream = (raw.flags & Flag.END_STREAM) !== 0;
  frame.data = data;
  frame.flowControlledLength = raw.length;
  return frame;
}
