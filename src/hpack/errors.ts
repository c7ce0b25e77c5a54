import type { HeaderField } from "./header_field.ts";

/**
 * Which rule of RFC 7541 a header block breaks.
 *
 * - `"index-zero"`: an indexed field with index 0 (section 6.1).
 * - `"index-out-of-range"`: an index beyond both tables (section 2.3.3).
 * - `"truncated"`: the block ends inside an integer or a string.
 * - `"integer-too-large"`: an integer past the limit in value or in length
 *   (section 5.1).
 * - `"string-too-long"`: a string longer than `maxStringLength` (section 7.4).
 * - `"huffman-padding"`: padding longer than 7 bits, or other than the most
 *   significant bits of EOS (section 5.2).
 * - `"huffman-eos"`: the EOS symbol inside a string (section 5.2).
 * - `"size-update-too-large"`: a table size update above the limit
 *   (section 6.3).
 * - `"size-update-misplaced"`: a table size update after the first field
 *   (section 4.2).
 * - `"size-update-missing"`: no table size update after the limit was lowered
 *   (section 4.2).
 * - `"size-update-flood"`: far more table size updates than the two that a
 *   block can need (section 4.2).
 * - `"list-too-large"`: no rule, but a list above `absoluteMaxHeaderListSize`,
 *   which is not decoded to its end.
 */
export type HpackErrorReason =
  | "index-zero"
  | "index-out-of-range"
  | "truncated"
  | "integer-too-large"
  | "string-too-long"
  | "huffman-padding"
  | "huffman-eos"
  | "size-update-too-large"
  | "size-update-misplaced"
  | "size-update-missing"
  | "size-update-flood"
  | "list-too-large";

/**
 * A header block that cannot be decoded.
 *
 * The compression state of the connection is lost with it: answer with a
 * connection error of type COMPRESSION_ERROR
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-4.3 | RFC 9113 section 4.3}).
 */
export class HpackError extends Error {
  /** The name of the class. */
  override readonly name: string = "HpackError";
  /** The rule that the block breaks. */
  readonly reason: HpackErrorReason;
  /** Where in the block it is broken, in octets from its start. */
  readonly offset: number;

  /**
   * Describes a header block that cannot be decoded.
   *
   * @param reason The rule that the block breaks.
   * @param offset Where it is broken, in octets from the start of the block.
   * @param detail What was received against what was expected.
   */
  constructor(reason: HpackErrorReason, offset: number, detail: string) {
    super(`Cannot decode the header block at octet ${offset}: ${detail}`);
    this.reason = reason;
    this.offset = offset;
  }
}

/** A table size update stands where a header field may stand only. */
export function misplacedUpdate(offset: number): HpackError {
  return new HpackError(
    "size-update-misplaced",
    offset,
    "expected a header field, received a table size update, which is allowed at the beginning of a block only",
  );
}

/**
 * A header list that is larger than the `maxHeaderListSize` of its decoder.
 *
 * This is no compression error: the block was decoded to its end, the dynamic
 * table is in step with the peer, and later blocks can be decoded. Refuse the
 * one request or response that it belongs to (RFC 9113 section 10.5.1).
 */
export class HeaderListTooLargeError extends Error {
  /** The name of the class. */
  override readonly name: string = "HeaderListTooLargeError";
  /**
   * The size of the list: for each field, the octets of its name and of its
   * value, and 32 (RFC 9113 section 6.5.2).
   */
  readonly size: number;
  /** The size that was allowed. */
  readonly limit: number;
  /** The fields that came before it was reached. */
  readonly fields: readonly HeaderField[];

  /**
   * Describes a header list that is too large.
   *
   * @param size The size of the list, see {@linkcode HeaderListTooLargeError.size}.
   * @param limit The size that was allowed.
   * @param fields The fields that came before it was reached.
   */
  constructor(
    size: number,
    limit: number,
    fields: readonly HeaderField[] = [],
  ) {
    super(
      `Cannot accept a header list of ${size} octets: expected at most ${limit}`,
    );
    this.size = size;
    this.limit = limit;
    this.fields = fields;
  }
}
