import {
  lengthError,
  requireErrorCode,
  requireInteger,
  requirePayloadLength,
  requireStreamZero,
} from "./checks.ts";
import { FrameType, MAX_UINT31, type RawFrame } from "./frame_header.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { readUint31, readUint32, writeUint32 } from "./octets.ts";

const FIXED_LENGTH = 8;

/**
 * GOAWAY
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.8 | RFC 9113 section 6.8}):
 * the sender wants no further streams.
 */
export interface GoawayFrame {
  /** Tells this frame from the others. */
  readonly type: typeof FrameType.GOAWAY;
  /** Always the connection. */
  readonly streamId: 0;
  /** Streams of the receiver above this one were not and will not be seen. */
  readonly lastStreamId: number;
  /** Why, see `ErrorCode`; an unknown code is kept as it came. */
  readonly errorCode: number;
  /** Text or octets for diagnosis: a view that is valid until the next frame. */
  readonly debugData: Uint8Array;
}

/**
 * Encodes a GOAWAY frame.
 *
 * @throws {RangeError} If an argument is out of range.
 */
export function encodeGoaway(
  writer: FrameWriter,
  lastStreamId: number,
  errorCode: number,
  debugData: Uint8Array,
): void {
  requireInteger("a last stream identifier", lastStreamId, 0, MAX_UINT31);
  requireErrorCode(errorCode);
  const length = FIXED_LENGTH + debugData.length;
  requirePayloadLength(length);
  const at = writer.frame(length, FrameType.GOAWAY, 0, 0);
  writeUint32(writer.buffer, at, lastStreamId);
  writeUint32(writer.buffer, at + 4, errorCode);
  writer.buffer.set(debugData, at + FIXED_LENGTH);
}

/**
 * Decodes a GOAWAY frame.
 *
 * @throws {ConnectionError} PROTOCOL_ERROR for another stream than 0,
 * FRAME_SIZE_ERROR if it has less than 8 octets.
 */
export function decodeGoaway(raw: RawFrame): GoawayFrame {
  requireStreamZero(raw);
  if (raw.length < FIXED_LENGTH) {
    throw lengthError(raw, `at least ${FIXED_LENGTH}`);
  }
  return {
    type: FrameType.GOAWAY,
    streamId: 0,
    lastStreamId: readUint31(raw.bytes, raw.start),
    errorCode: readUint32(raw.bytes, raw.start + 4),
    debugData: raw.bytes.subarray(
      raw.start + FIXED_LENGTH,
      raw.start + raw.length,
    ),
  };
}
