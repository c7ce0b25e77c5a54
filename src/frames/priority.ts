import {
  lengthMessage,
  requireInteger,
  requireStream,
  requireStreamId,
} from "./checks.ts";
import { ErrorCode } from "./error_code.ts";
import { StreamError } from "./errors.ts";
import { FrameType, MAX_UINT31, type RawFrame } from "./frame_header.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { writeUint32 } from "./octets.ts";
import {
  PRIORITY_FIELDS_LENGTH,
  type PriorityFields,
  readPriorityFields,
} from "./priority_fields.ts";

/**
 * PRIORITY
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.3 | RFC 9113 section 6.3}):
 * deprecated. It is checked and has no effect.
 */
export interface PriorityFrame extends PriorityFields {
  /** Tells this frame from the others. */
  readonly type: typeof FrameType.PRIORITY;
  /** The stream that is prioritized; it may be in any state. */
  readonly streamId: number;
}

/**
 * Encodes a PRIORITY frame.
 *
 * @throws {RangeError} If an argument is out of range.
 */
export function encodePriority(
  writer: FrameWriter,
  streamId: number,
  streamDependency: number,
  weight: number,
  exclusive: boolean,
): void {
  requireStreamId(streamId);
  requireInteger("a stream dependency", streamDependency, 0, MAX_UINT31);
  requireInteger("a weight", weight, 0, 255);
  const length = PRIORITY_FIELDS_LENGTH;
  const at = writer.frame(length, FrameType.PRIORITY, 0, streamId);
  const exclusiveBit = exclusive ? 0x8000_0000 : 0;
  writeUint32(writer.buffer, at, streamDependency | exclusiveBit);
  writer.buffer[at + 4] = weight;
}

/**
 * Decodes a PRIORITY frame.
 *
 * @throws {ConnectionError} PROTOCOL_ERROR for stream 0.
 * @throws {StreamError} FRAME_SIZE_ERROR if it has not 5 octets,
 * PROTOCOL_ERROR for a stream that depends on itself (RFC 7540 section 5.3.1).
 */
export function decodePriority(raw: RawFrame): PriorityFrame {
  requireStream(raw);
  if (raw.length !== PRIORITY_FIELDS_LENGTH) {
    throw new StreamError(
      raw.streamId,
      ErrorCode.FRAME_SIZE_ERROR,
      lengthMessage(raw, `${PRIORITY_FIELDS_LENGTH}`),
    );
  }
  const { streamId } = raw;
  const fields = readPriorityFields(raw.bytes, raw.start);
  if (fields.streamDependency === streamId) {
    throw new StreamError(
      streamId,
      ErrorCode.PROTOCOL_ERROR,
      `Received a PRIORITY frame that makes stream ${streamId} depend on itself`,
    );
  }
  return { type: FrameType.PRIORITY, streamId, ...fields };
}
