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
import { readUint31, writeUint32 } from "./octets.ts";

const LENGTH = 5;

/**
 * PRIORITY (RFC 9113 section 6.3): deprecated. It is checked and has no
 * effect.
 */
export interface PriorityFrame {
  /** Tells this frame from the others. */
  readonly type: typeof FrameType.PRIORITY;
  /** The stream that is prioritized; it may be in any state. */
  readonly streamId: number;
  /** Whether the dependency is exclusive. */
  readonly exclusive: boolean;
  /** The stream that it depends on. */
  readonly streamDependency: number;
  /** The weight as it stands on the wire, 0 to 255. */
  readonly weight: number;
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
  const at = writer.frame(LENGTH, FrameType.PRIORITY, 0, streamId);
  const exclusiveBit = exclusive ? 0x8000_0000 : 0;
  writeUint32(writer.buffer, at, streamDependency | exclusiveBit);
  writer.buffer[at + 4] = weight;
}

/**
 * Decodes a PRIORITY frame.
 *
 * @throws {ConnectionError} PROTOCOL_ERROR for stream 0.
 * @throws {StreamError} FRAME_SIZE_ERROR if it has not 5 octets.
 */
export function decodePriority(raw: RawFrame): PriorityFrame {
  requireStream(raw);
  if (raw.length !== LENGTH) {
    throw new StreamError(
      raw.streamId,
      ErrorCode.FRAME_SIZE_ERROR,
      lengthMessage(raw, `${LENGTH}`),
    );
  }
  return {
    type: FrameType.PRIORITY,
    streamId: raw.streamId,
    exclusive: (raw.bytes[raw.start] & 0x80) !== 0,
    streamDependency: readUint31(raw.bytes, raw.start),
    weight: raw.bytes[raw.start + 4],
  };
}
