/**
 * HTTP/2 frames: the door of the folder. See `public.ts` for what is published.
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
  MAX_UINT31,
  type RawFrame,
} from "./frame_header.ts";
export { FrameReader } from "./frame_reader.ts";
export { FrameWriter } from "./frame_writer.ts";
export { decodeGoaway, encodeGoaway, type GoawayFrame } from "./goaway.ts";
export { decodeHeaders, encodeHeaders, type HeadersFrame } from "./headers.ts";
export { readUint32, writeUint32 } from "./octets.ts";
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
