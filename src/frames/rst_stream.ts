import {
  lengthError,
  requireErrorCode,
  requireStream,
  requireStreamId,
} from "./checks.ts";
import { FrameType, type RawFrame } from "./frame_header.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { readUint32, writeUint32 } from "./octets.ts";

const LENGTH = 4;

/**
 * RST_STREAM
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.4 | RFC 9113 section 6.4}):
 * ends a stream at once.
 */
export interface RstStreamFrame {
  /** Tells this frame from the others. */
  readonly type: typeof FrameType.RST_STREAM;
  /** The stream that ends. */
  readonly streamId: number;
  /** Why, see `ErrorCode`; an unknown code is kept as it came. */
  readonly errorCode: number;
}

/**
 * Encodes an RST_STREAM frame.
 *
 * @throws {RangeError} If an argument is out of range.
 */
export function encodeRstStream(
  writer: FrameWriter,
  streamId: number,
  errorCode: number,
): void {
  requireStreamId(streamId);
  requireErrorCode(errorCode);
  const at = writer.frame(LENGTH, FrameType.RST_STREAM, 0, streamId);
  writeUint32(writer.buffer, at, errorCode);
}

/**
 * Decodes an RST_STREAM frame.
 *
 * @throws {ConnectionError} PROTOCOL_ERROR for stream 0, FRAME_SIZE_ERROR if
 * it has not 4 octets.
 */
export function decodeRstStream(raw: RawFrame): RstStreamFrame {
  requireStream(raw);
  if (raw.length !== LENGTH) throw lengthError(raw, `${LENGTH}`);
  return {
    type: FrameType.RST_STREAM,
    streamId: raw.streamId,
    errorCode: readUint32(raw.bytes, raw.start),
  };
}
