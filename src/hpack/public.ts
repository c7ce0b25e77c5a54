/**
 * HPACK, the header compression of HTTP/2
 * ({@link https://www.rfc-editor.org/rfc/rfc7541 | RFC 7541}).
 *
 * Pure: header lists in, octets out, and back. One {@linkcode HpackEncoder}
 * and one {@linkcode HpackDecoder} serve one connection, each for its
 * direction; header blocks must pass through them in the order of the wire.
 *
 * Names and values are octet strings. They are JavaScript strings with one
 * character, U+0000 to U+00FF, for each octet: nothing interprets UTF-8.
 *
 * @example A header list, there and back
 * ```ts
 * import { type HeaderField, HpackDecoder, HpackEncoder } from "@keepalive/grpc/hpack";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const encoder = new HpackEncoder();
 * const decoder = new HpackDecoder();
 * const headers: HeaderField[] = [
 *   [":method", "POST"],
 *   [":path", "/helloworld.Greeter/SayHello"],
 *   ["content-type", "application/grpc"],
 * ];
 *
 * const first = encoder.encode(headers);
 * const second = encoder.encode(headers);
 *
 * assertEquals(decoder.decode(first), headers);
 * assertEquals(decoder.decode(second), headers);
 * assert(first.length > 30 && second.length === 3);
 * ```
 *
 * @module
 */
export { HpackDecoder } from "./decoder.ts";
export type { HpackDecoderOptions } from "./decoder_options.ts";
export { DEFAULT_TABLE_SIZE } from "./dynamic_table.ts";
export { HpackEncoder } from "./encoder.ts";
export type { HpackEncoderOptions } from "./encoder_options.ts";
export {
  HeaderListTooLargeError,
  HpackError,
  type HpackErrorReason,
} from "./errors.ts";
export type {
  AttributedHeaderField,
  EncodableHeaderField,
  HeaderField,
  HeaderFieldAttributes,
} from "./header_field.ts";
export {
  defaultIndexing,
  type Indexing,
  type IndexingPolicy,
} from "./indexing.ts";
export { OctetBuffer, type OctetSink } from "./octet_sink.ts";
export type { TableSnapshot } from "./table_snapshot.ts";
