import { requireInteger, requirePayloadLength } from "./checks.ts";
import { MAX_UINT31, type RawFrame } from "./frame_header.ts";
import type { FrameWriter } from "./frame_writer.ts";

/**
 * A frame of a type that RFC 9113 does not define (section 5.5).
 *
 * "Implementations MUST discard frames that have unknown or unsupported
 * types", so its payload is not kept.
 */
export interface ExtensionFrame {
  /** Tells this frame from the others. */
  readonly type: "extension";
  /** The type as it stands on the wire, 10 to 255. */
  readonly extensionType: number;
  /** The flags as they stand on the wire. */
  readonly flags: number;
  /** The stream that the frame names, or 0. */
  readonly streamId: number;
}

/**
 * Encodes a frame of any type, with any flags and payload: for extensions,
 * and for tests that must say what no well-behaved peer says.
 *
 * @throws {RangeError} If a header field does not fit its octets.
 */
export function encodeFrame(
  writer: FrameWriter,
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array,
): void {
  requireInteger("a frame type", type, 0, 0xff);
  requireInteger("flags", flags, 0, 0xff);
  requireInteger("a stream identifier", streamId, 0, MAX_UINT31);
  requirePayloadLength(payload.length);
  const at = writer.frame(payload.length, type, flags, streamId);
  writer.buffer.set(payload, at);
}

/** Decodes the header of an extension frame. */
export function decodeExtension(raw: RawFrame): ExtensionFrame {
  return {
    type: "extension",
    extensionType: raw.type,
    flags: raw.flags,
    streamId: raw.streamId,
  };
}
