import { assert } from "../invariants/mod.ts";
import { requireInteger } from "../options/mod.ts";
import { BlockReader } from "./block_reader.ts";
import {
  type HpackDecoderOptions,
  resolveDecoderOptions,
} from "./decoder_options.ts";
import { DynamicTable, fieldSize } from "./dynamic_table.ts";
import {
  HeaderListTooLargeError,
  HpackError,
  misplacedUpdate,
} from "./errors.ts";
import type {
  EncodableHeaderField,
  HeaderField,
  HeaderFieldAttributes,
} from "./header_field.ts";
import { MAX_INTEGER } from "./integer.ts";
import { STATIC_TABLE, STATIC_TABLE_LENGTH } from "./static_table.ts";
import type { TableSnapshot } from "./table_snapshot.ts";
import { requireBlock } from "./validation.ts";

/**
 * How many table size updates a block may start with. Two say everything
 * ({@link https://www.rfc-editor.org/rfc/rfc7541#section-4.2 | RFC 7541 section 4.2}),
 * but some encoders send one for each SETTINGS frame.
 */
const MAX_SIZE_UPDATES = 16;

const SENSITIVE: HeaderFieldAttributes = { sensitive: true };

/**
 * Decodes the header blocks that a peer sends on one connection.
 *
 * Every block must be decoded, in the order of arrival, also those of streams
 * that nobody listens to any more: they change the dynamic table.
 *
 * @example Decode a block
 * ```ts
 * import { HpackDecoder } from "@keepalive/grpc/hpack";
 * import { assertEquals } from "@std/assert";
 *
 * const decoder = new HpackDecoder({ maxHeaderListSize: 16_384 });
 * const block = new Uint8Array([0x88, 0x5f, 0x03, 0x61, 0x2f, 0x62]);
 * assertEquals(decoder.decode(block), [
 *   [":status", "200"],
 *   ["content-type", "a/b"],
 * ]);
 * ```
 */
export class HpackDecoder {
  readonly #table: DynamicTable;
  readonly #maxHeaderListSize: number;
  readonly #absoluteMaxHeaderListSize: number;
  readonly #maxStringLength: number;
  #maxTableSize: number;
  #requiredTableSize = Infinity;
  #settings = 0;
  #failure: HpackError | undefined;

  /**
   * Creates a decoder with an empty dynamic table.
   *
   * @throws {TypeError} If there is an unknown option, or one of a wrong type.
   * @throws {RangeError} If a size is negative, fractional or too large.
   */
  constructor(options: HpackDecoderOptions = {}) {
    const {
      maxTableSize,
      maxHeaderListSize,
      absoluteMaxHeaderListSize,
      maxStringLength,
    } = resolveDecoderOptions(options);
    this.#table = new DynamicTable(maxTableSize);
    this.#maxTableSize = maxTableSize;
    this.#maxHeaderListSize = maxHeaderListSize;
    this.#absoluteMaxHeaderListSize = absoluteMaxHeaderListSize;
    this.#maxStringLength = maxStringLength;
  }

  /**
   * Changes whenever the same block may mean another list, or none: for those
   * who remember lists.
   *
   * @internal
   */
  get version(): number {
    return this.#failure ? NaN : this.#table.version + this.#settings;
  }

  /** The SETTINGS_HEADER_TABLE_SIZE that the peer must keep to, in octets. */
  get maxTableSize(): number {
    return this.#maxTableSize;
  }

  /**
   * Changes the SETTINGS_HEADER_TABLE_SIZE that the peer must keep to.
   *
   * Call it when the peer has acknowledged the setting: what it sends after
   * that follows the new value. The table itself changes only by the updates
   * that the peer sends. If it is larger than the new value, the next block
   * must start with an update to no more than the lowest value since the last
   * one (RFC 7541 section 4.2).
   *
   * @param size The setting in octets, up to 2^31-1.
   * @throws {RangeError} If it is negative, fractional or too large.
   */
  setMaxTableSize(size: number): void {
    requireInteger("maxTableSize", size, 0, MAX_INTEGER);
    this.#maxTableSize = size;
    this.#settings++;
    if (size < this.#table.maxSize) {
      this.#requiredTableSize = Math.min(this.#requiredTableSize, size);
    }
  }

  /**
   * Decodes a whole header block.
   *
   * The block is not kept. Fields that come from a table are shared with it
   * and with other results: they are for reading only, as their type says.
   *
   * @throws {TypeError} If the block is no `Uint8Array`.
   * @throws {HpackError} If the block is malformed. The decoder has lost step
   * with the peer then, and every further call throws the same error.
   * @throws {HeaderListTooLargeError} If the list is larger than
   * `maxHeaderListSize`. The decoder stays in step.
   */
  decode(block: Uint8Array): HeaderField[] {
    return this.#decode(block, false) as HeaderField[];
  }

  /**
   * Decodes a whole header block for another hop: as
   * {@linkcode HpackDecoder.decode}, but a literal that is never to be indexed
   * is marked as sensitive, so that an encoder keeps to that: it "MUST use the
   * same representation to forward this header field" (RFC 7541 section
   * 6.2.3).
   *
   * @throws {TypeError} If the block is no `Uint8Array`.
   * @throws {HpackError} If the block is malformed.
   * @throws {HeaderListTooLargeError} If the list is larger than
   * `maxHeaderListSize`.
   */
  decodeForForwarding(block: Uint8Array): EncodableHeaderField[] {
    return this.#decode(block, true);
  }

  /** Copies what the dynamic table holds. */
  snapshot(): TableSnapshot {
    return this.#table.snapshot();
  }

  #decode(block: Uint8Array, marksSensitive: boolean): EncodableHeaderField[] {
    requireBlock(block);
    if (this.#failure) throw this.#failure;
    try {
      return this.#decodeBlock(block, marksSensitive);
    } catch (error) {
      if (error instanceof HpackError) this.#failure = error;
      throw error;
    }
  }

  #decodeBlock(
    block: Uint8Array,
    marksSensitive: boolean,
  ): EncodableHeaderField[] {
    const reader = new BlockReader(block, this.#maxStringLength);
    const limit = this.#maxHeaderListSize;
    const fields: EncodableHeaderField[] = [];
    let size = 0;
    this.#readSizeUpdates(reader);
    while (reader.offset < block.length) {
      const octet = block[reader.offset];
      if (octet >= 0x80) {
        const field = this.#readIndexed(reader, 7);
        size += fieldSize(field[0], field[1]);
        if (size <= limit) fields.push(field);
        else this.#requireBearable(size, reader);
      } else if (octet >= 0x40) {
        const field = this.#readLiteral(reader, 6);
        this.#table.insert(field);
        size += fieldSize(field[0], field[1]);
        if (size <= limit) fields.push(field);
        else this.#requireBearable(size, reader);
      } else if (octet >= 0x20) {
        throw misplacedUpdate(reader.offset);
      } else if (size > limit) {
        size += this.#skipLiteral(reader);
        this.#requireBearable(size, reader);
      } else {
        const field = this.#readLiteral(reader, 4);
        size += fieldSize(field[0], field[1]);
        if (size > limit) continue;
        const isSensitive = marksSensitive && octet >= 0x10;
        fields.push(isSensitive ? [field[0], field[1], SENSITIVE] : field);
      }
    }
    assert(
      reader.offset === block.length,
      "a block is read to its end",
      reader.offset,
    );
    if (size <= limit) return fields;
    this.#requireBearable(size, reader);
    throw new HeaderListTooLargeError(size, limit, fields.map(plainField));
  }

  #requireBearable(size: number, { offset }: BlockReader): void {
    const limit = this.#absoluteMaxHeaderListSize;
    if (size <= limit) return;
    throw new HpackError(
      "list-too-large",
      offset,
      `expected a header list of at most ${limit} octets, received ${size} so far`,
    );
  }

  #readSizeUpdates(reader: BlockReader): void {
    const block = reader.bytes;
    for (let count = 0; block[reader.offset] >> 5 === 0b001; count++) {
      const at = reader.offset;
      if (count === MAX_SIZE_UPDATES) {
        throw new HpackError(
          "size-update-flood",
          at,
          `expected at most ${MAX_SIZE_UPDATES} table size updates, received more`,
        );
      }
      const size = reader.integer(5);
      if (size > this.#maxTableSize) {
        throw new HpackError(
          "size-update-too-large",
          at,
          `expected a table size of at most ${this.#maxTableSize}, received ${size}`,
        );
      }
      this.#table.resize(size);
      if (size <= this.#requiredTableSize) this.#requiredTableSize = Infinity;
    }
    if (this.#requiredTableSize < Infinity && reader.offset < block.length) {
      throw new HpackError(
        "size-update-missing",
        reader.offset,
        `expected a table size update to at most ${this.#requiredTableSize}, received a header field`,
      );
    }
  }

  #readIndexed(reader: BlockReader, prefixBits: number): HeaderField {
    const at = reader.offset;
    const index = reader.integer(prefixBits);
    if (index > STATIC_TABLE_LENGTH) {
      const position = index - STATIC_TABLE_LENGTH - 1;
      if (position < this.#table.length) return this.#table.at(position);
      throw new HpackError(
        "index-out-of-range",
        at,
        `expected an index of at most ${
          STATIC_TABLE_LENGTH + this.#table.length
        }, received ${index}`,
      );
    }
    if (index > 0) return STATIC_TABLE[index - 1];
    throw new HpackError(
      "index-zero",
      at,
      "expected an index of at least 1, received 0",
    );
  }

  #readLiteral(reader: BlockReader, prefixBits: number): HeaderField {
    const name = hasNewName(reader, prefixBits)
      ? reader.string()
      : this.#readIndexed(reader, prefixBits)[0];
    return [name, reader.string()];
  }

  /** Reads a literal that enters no table; returns only its size. */
  #skipLiteral(reader: BlockReader): number {
    const nameLength = hasNewName(reader, 4)
      ? reader.skipString()
      : this.#readIndexed(reader, 4)[0].length;
    return fieldSize("", "") + nameLength + reader.skipString();
  }
}

/** Consumes the index 0 that announces a literal name, if it is there. */
function hasNewName(reader: BlockReader, prefixBits: number): boolean {
  const index = reader.bytes[reader.offset] & ((1 << prefixBits) - 1);
  if (index > 0) return false;
  reader.offset++;
  return true;
}

function plainField([name, value]: EncodableHeaderField): HeaderField {
  return [name, value];
}
