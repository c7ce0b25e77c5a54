import {
  requirePayloadLength,
  requireStream,
  requireStreamId,
} from "./checks.ts";
import { Flag, FrameType, type RawFrame } from "./frame_header.ts";
import type { FrameWriter } from "./frame_writer.ts";
import { readUint31, writeUint32 } from "./octets.ts";
import { afterPadLength, unpad } from "./padding.ts";

const PROMISED_ID_LENGTH = 4;

/**
 * PUSH_PROMISE
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.6 | RFC 9113 section 6.6}):
 * announces a stream of the server.
 */
export interface PushPromiseFrame {
  /** Tells this frame from the others. */
  readonly type: typeof FrameType.PUSH_PROMISE;
  /** The stream of the request that it belongs to. */
  readonly streamId: number;
  /** Whether the field block is complete, with no CONTINUATION to follow. */
  readonly endHeaders: boolean;
  /** The stream that is announced. */
  readonly promisedStreamId: number;
  /** A piece of the field block: a view that is valid until the next frame. */
  readonly fragment: Uint8Array;
}

/**
 * Encodes a PUSH_PROMISE frame without padding.
 *
 * @throws {RangeError} If an argument is out of range.
 */
export function encodePushPromise(
  writer: FrameWriter,
  streamId: number,
  promisedStreamId: number,
  fragment: Uint8Array,
  endHeaders: boolean,
): void {
  requireStreamId(streamId);
  requireStreamId(promisedStreamId);
  const length = PROMISED_ID_LENGTH + fragment.length;
  requirePayloadLength(length);
  const flags = endHeaders ? Flag.END_HEADERS : 0;
  const at = writer.frame(length, FrameType.PUSH_PROMISE, flags, streamId);
  writeUint32(writer.buffer, at, promisedStreamId);
  writer.buffer.set(fragment, at + PROMISED_ID_LENGTH);
}

/**
 * Decodes a PUSH_PROMISE frame.
 *
 * @throws {ConnectionError} PROTOCOL_ERROR for stream 0 or more padding than
 * payload, FRAME_SIZE_ERROR if fields are missing.
 */
export function decodePushPromise(raw: RawFrame): PushPromiseFrame {
  requireStream(raw);
  const fragment = unpad(raw, PROMISED_ID_LENGTH);
  return {
    type: FrameType.PUSH_PROMISE,
    streamId: raw.streamId,
    endHeaders: (raw.flags & Flag.END_HEADERS) !== 0,
    promisedStreamId: readUint31(raw.bytes, afterPadLength(raw)),
    fragment,
  };
}
