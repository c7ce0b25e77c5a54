/**
 * Protocol Buffers' encoding for the few messages that this library knows by
 * itself: each is a table of its fields.
 *
 * @module
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export { DecodeError } from "./decode_error.ts";
export {
  bool,
  bytes,
  byteses,
  type Field,
  int32,
  int32s,
  int64,
  message,
  messages,
  optionalInt32,
  optionalText,
  text,
  texts,
} from "./fields.ts";
export {
  type Decoded,
  type Init,
  type MessageType,
  messageType,
} from "./message.ts";
export { filesOf } from "./files_of.ts";
export { MAX_DEPTH } from "./reader.ts";
