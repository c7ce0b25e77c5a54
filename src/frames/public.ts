/**
 * HTTP/2 frames: every type of
 * {@link https://www.rfc-editor.org/rfc/rfc9113#section-6 | RFC 9113 section 6},
 * encoded and decoded.
 *
 * Pure: octets in, frames out, and back. No sockets, no timers, no state but
 * the octets of a frame that has not arrived whole.
 *
 * @example Answer a PING
 * ```ts
 * import { encodePing, FrameReader, FrameType, FrameWriter } from "@keepalive/grpc/frames";
 *
 * const reader = new FrameReader();
 * const writer = new FrameWriter();
 *
 * function answer(received: Uint8Array): Uint8Array {
 *   reader.feed(received);
 *   for (let frame = reader.next(); frame; frame = reader.next()) {
 *     if (frame.type === FrameType.PING && !frame.ack) {
 *       encodePing(writer, true, frame.opaqueData);
 *     }
 *   }
 *   return writer.take();
 * }
 * ```
 *
 * @module
 */
export {
  type ContinuationFrame,
  decodeContinuation,
  encodeContinuation,
} from "./continuation.ts";
export { type DataFrame, decodeData, encodeData } from "./data.ts";
export { ErrorCode, errorCodeName } from "./error_code.ts";
export { ConnectionError, Http2Error, StreamError } from "./errors.ts";
export {
  decodeExtension,
  encodeFrame,
  type ExtensionFrame,
} from "./extension.ts";
export type { Frame } from "./frame.ts";
export {
  DEFAULT_MAX_FRAME_SIZE,
  Flag,
  FRAME_HEADER_LENGTH,
  FrameType,
  frameTypeName,
  MAX_MAX_FRAME_SIZE,
  type RawFrame,
} from "./frame_header.ts";
export { FrameReader } from "./frame_reader.ts";
export { FrameWriter } from "./frame_writer.ts";
export { decodeGoaway, encodeGoaway, type GoawayFrame } from "./goaway.ts";
export { decodeHeaders, encodeHeaders, type HeadersFrame } from "./headers.ts";
export { decodePing, encodePing, type PingFrame } from "./ping.ts";
export {
  decodePriority,
  encodePriority,
  type PriorityFrame,
} from "./priority.ts";
export type { PriorityFields } from "./priority_fields.ts";
export {
  decodePushPromise,
  encodePushPromise,
  type PushPromiseFrame,
} from "./push_promise.ts";
export {
  decodeRstStream,
  encodeRstStream,
  type RstStreamFrame,
} from "./rst_stream.ts";
export {
  decodeSettings,
  encodeSettings,
  encodeSettingsAck,
  type Setting,
  SettingId,
  type SettingsFrame,
} from "./settings.ts";
export {
  decodeWindowUpdate,
  encodeWindowUpdate,
  type WindowUpdateFrame,
} from "./window_update.ts";
