/**
 * HPACK: the door of the folder. See `public.ts` for what is published.
 *
 * @module
 */
export { HpackDecoder } from "./decoder.ts";
export type { HpackDecoderOptions } from "./decoder_options.ts";
export { DEFAULT_TABLE_SIZE, fieldSize, listSize } from "./dynamic_table.ts";
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
export { requireField, requireOctets } from "./validation.ts";
