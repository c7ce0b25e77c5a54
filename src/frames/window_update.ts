import { lengthError, requireInteger } from "./checks.ts";
import { ErrorCode } from "./error_code.ts";
import { ConnectionError, StreamError } from "./errors.ts";
import { FrameType, MAX_UINT31, type RawFrame } from "./frame_header.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { readUint31, writeUint32 } from "./octets.ts";

const LENGTH = 4;

/**
 * WINDOW_UPDATE
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.9 | RFC 9113 section 6.9}):
 * the receiver may send more.
 */
export interface WindowUpdateFrame {
  /** Tells this frame from the others. */
  readonly type: typeof FrameType.WINDOW_UPDATE;
  /** The stream, or 0 for the connection. */
  streamId: number;
  /** Octets that may be sent in addition, 1 to 2^31-1. */
  windowSizeIncrement: number;
}

/**
 * Encodes a WINDOW_UPDATE frame.
 *
 * @param streamId The stream, or 0 for the connection.
 * @throws {RangeError} If an argument is out of range.
 */
export function encodeWindowUpdate(
  writer: FrameWriter,
  streamId: number,
  windowSizeIncrement: number,
): void {
  requireInteger("a stream identifier", streamId, 0, MAX_UINT31);
  requireInteger("a window size increment", windowSizeIncrement, 1, MAX_UINT31);
  const at = writer.frame(LENGTH, FrameType.WINDOW_UPDATE, 0, streamId);
  writeUint32(writer.buffer, at, windowSizeIncrement);
}

/**
 * Decodes a WINDOW_UPDATE frame.
 *
 * @param into A frame to reuse instead of a fresh one.
 * @throws {ConnectionError} FRAME_SIZE_ERROR if it has not 4 octets,
 * PROTOCOL_ERROR for an increment of 0 on the connection.
 * @throws {StreamError} PROTOCOL_ERROR for an increment of 0 on a stream.
 */
export function decodeWindowUpdate(
  raw: RawFrame,
  into?: WindowUpdateFrame,
): WindowUpdateFrame {
  if (raw.length !== LENGTH) throw lengthError(raw, `${LENGTH}`);
  const increment = readUint31(raw.bytes, raw.start);
  if (increment === 0) throw zeroIncrement(raw.streamId);
  const frame = into ?? {
    type: FrameType.WINDOW_UPDATE,
    streamId: 0,
    windowSizeIncrement: 0,
  };
  frame.streamId = raw.streamId;
  frame.windowSizeIncrement = increment;
  return frame;
}

function zeroIncrement(streamId: number): ConnectionError | StreamError {
  const code = ErrorCode.PROTOCOL_ERROR;
  const message =
    `Received a WINDOW_UPDATE frame on stream ${streamId} with an increment of 0, expected at least 1`;
  return streamId === 0
    ? new ConnectionError(code, message)
    : new StreamError(streamId, code, message);
}
