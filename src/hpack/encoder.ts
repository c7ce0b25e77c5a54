import { assert } from "../invariants/mod.ts";
import { requireInteger } from "../options/mod.ts";
import {
  BlockCache,
  hashField,
  isSensitive,
  LIST_HASH_SEED,
} from "./block_cache.ts";
import { DEFAULT_TABLE_SIZE } from "./dynamic_table.ts";
import {
  type HpackEncoderOptions,
  resolveEncoderOptions,
} from "./encoder_options.ts";
import { EncoderTable } from "./encoder_table.ts";
import type { EncodableHeaderField } from "./header_field.ts";
import { huffmanLength, writeHuffman } from "./huffman.ts";
import type { Indexing, IndexingPolicy } from "./indexing.ts";
import { MAX_INTEGER_OCTETS, writeInteger } from "./integer.ts";
import { writeLatin1 } from "./latin1.ts";
import { OctetBuffer, type OctetSink } from "./octet_sink.ts";
import type { TableSnapshot } from "./table_snapshot.ts";
import { requireField, requireIndexing, requireOctets } from "./validation.ts";

/** The largest SETTINGS_HEADER_TABLE_SIZE that a peer can send. */
const MAX_SETTING = 0xffff_ffff;

/** An index or no index, and the lengths of two strings. */
const MAX_FIELD_OVERHEAD = 3 * MAX_INTEGER_OCTETS;

/** Past this, the buffer of `encode` is not kept for the next block. */
const KEPT_BUFFER_LENGTH = 16_384;

/**
 * The buffer of the next `encode`, of whatever encoder. It is taken for one
 * call, in which nothing is awaited; an indexing policy that encodes meanwhile
 * finds none, and has one of its own.
 */
let keptBuffer: OctetBuffer | undefined;

/**
 * Encodes the header blocks that are sent on one connection.
 *
 * Blocks must be sent in the order in which they were encoded, and none may
 * be left out: they change the dynamic table of the peer. A list that repeats
 * is encoded once: its block is remembered until the table changes.
 *
 * @example A secret that stays out of every table
 * ```ts
 * import { HpackEncoder } from "@keepalive/grpc/hpack";
 * import { assertEquals } from "@std/assert";
 *
 * const encoder = new HpackEncoder();
 * encoder.encode([
 *   [":method", "POST"],
 *   ["x-api-key", "0123456789", { sensitive: true }],
 * ]);
 * assertEquals(encoder.snapshot().entries, []);
 * ```
 */
export class HpackEncoder {
  readonly #table: EncoderTable;
  readonly #cache = new BlockCache();
  readonly #ownMaxTableSize: number;
  readonly #indexing: IndexingPolicy;
  readonly #huffman: boolean;
  readonly #reusedPlan: Indexing[] = [];
  #smallestUpdate = Infinity;

  /**
   * Creates an encoder with an empty dynamic table.
   *
   * @throws {TypeError} If there is an unknown option, or one of a wrong type.
   * @throws {RangeError} If the size is negative, fractional or too large.
   */
  constructor(options: HpackEncoderOptions = {}) {
    const { maxTableSize, indexing, huffman } = resolveEncoderOptions(options);
    this.#ownMaxTableSize = maxTableSize;
    this.#indexing = indexing;
    this.#huffman = huffman;
    this.#table = new EncoderTable(DEFAULT_TABLE_SIZE);
    this.setPeerMaxTableSize(DEFAULT_TABLE_SIZE);
  }

  /**
   * Takes over the SETTINGS_HEADER_TABLE_SIZE of the peer.
   *
   * Call it when the SETTINGS frame is applied and acknowledged. The table
   * changes at once, and the next block starts with what the peer must know:
   * the smallest size since the last block and the present one
   * ({@link https://www.rfc-editor.org/rfc/rfc7541#section-4.2 | RFC 7541 section 4.2}).
   *
   * @param size The setting in octets, up to 2^32-1.
   * @throws {RangeError} If it is negative, fractional or too large.
   */
  setPeerMaxTableSize(size: number): void {
    requireInteger("the table size of the peer", size, 0, MAX_SETTING);
    const next = Math.min(size, this.#ownMaxTableSize);
    if (next === this.#table.maxSize) return;
    this.#smallestUpdate = Math.min(this.#smallestUpdate, next);
    this.#table.resize(next);
  }

  /**
   * Encodes a header list into octets of their own.
   *
   * @throws {TypeError} If a field is malformed or has a character above
   * U+00FF. Nothing has changed then.
   */
  encode(headers: Iterable<EncodableHeaderField>): Uint8Array<ArrayBuffer> {
    const buffer = keptBuffer ?? new OctetBuffer();
    keptBuffer = undefined;
    buffer.truncate(0);
    this.encodeInto(buffer, headers);
    if (buffer.buffer.length <= KEPT_BUFFER_LENGTH) keptBuffer = buffer;
    return buffer.octets().slice();
  }

  /**
   * Encodes a header list at the end of a buffer.
   *
   * @returns How many octets were appended.
   * @throws {TypeError} If a field is malformed or has a character above
   * U+00FF. Nothing has changed then.
   * @throws {RangeError} If the sink has less room than it was asked for.
   */
  encodeInto(
    sink: OctetSink,
    headers: Iterable<EncodableHeaderField>,
  ): number {
    const fields = Array.isArray(headers)
      ? headers as readonly EncodableHeaderField[]
      : Array.from(headers);
    let hash = LIST_HASH_SEED;
    let bound = 2 * MAX_INTEGER_OCTETS;
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i];
      requireField(field, i);
      hash = hashField(hash, field[0], field[1]);
      bound += field[0].length + field[1].length + MAX_FIELD_OVERHEAD;
    }
    const { version } = this.#table;
    const block = this.#cache.find(fields, hash, version);
    if (block) return append(sink, block);
    const hasUpdate = this.#smallestUpdate < Infinity;
    const start = sink.reserve(bound);
    const target = sink.buffer;
    let end = start;
    try {
      requireRoom(target, start, bound);
      end = this.#writeBlock(target, start, fields);
    } finally {
      sink.truncate(end);
    }
    assert(end - start <= bound, "a block fits in its bound", end - start);
    if (!hasUpdate && version === this.#table.version) {
      this.#cache.offer(fields, hash, version, target, start, end);
    }
    return end - start;
  }

  /** Copies what the dynamic table holds. */
  snapshot(): TableSnapshot {
    return this.#table.snapshot();
  }

  #writeBlock(
    target: Uint8Array,
    start: number,
    fields: readonly EncodableHeaderField[],
  ): number {
    let at = this.#writeSizeUpdates(target, start);
    let plan: readonly Indexing[] | undefined;
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i];
      const name = field[0];
      const value = field[1];
      const isSecret = isSensitive(field);
      const index = isSecret
        ? -this.#table.findName(name)
        : this.#table.find(name, value);
      if (index > 0) {
        at = writeInteger(target, at, 0x80, 7, index);
        continue;
      }
      plan ??= this.#plan(fields, i);
      const indexing = isSecret ? "never" : plan[i];
      at = this.#writeLiteral(target, at, name, value, -index, indexing);
      if (indexing === "incremental") this.#table.insert([name, value]);
    }
    this.#smallestUpdate = Infinity;
    return at;
  }

  /**
   * Refuses what cannot be encoded and asks the policy, for a field and all
   * that follow: from here on the table changes and nothing may throw. The
   * fields before it are in a table, so their characters are known to be good.
   */
  #plan(
    fields: readonly EncodableHeaderField[],
    first: number,
  ): readonly Indexing[] {
    const plan = this.#reusedPlan;
    while (plan.length < fields.length) plan.push("none");
    for (let i = first; i < fields.length; i++) {
      const [name, value] = fields[i];
      requireOctets(name, value);
      plan[i] = this.#indexing(name, value, this.#table.maxSize);
      requireIndexing(name, plan[i]);
    }
    return plan;
  }

  #writeSizeUpdates(target: Uint8Array, at: number): number {
    if (this.#smallestUpdate === Infinity) return at;
    const { maxSize } = this.#table;
    if (this.#smallestUpdate < maxSize) {
      at = writeInteger(target, at, 0x20, 5, this.#smallestUpdate);
    }
    return writeInteger(target, at, 0x20, 5, maxSize);
  }

  #writeLiteral(
    target: Uint8Array,
    at: number,
    name: string,
    value: string,
    nameIndex: number,
    indexing: Indexing,
  ): number {
    at = indexing === "incremental"
      ? writeInteger(target, at, 0x40, 6, nameIndex)
      : writeInteger(target, at, indexing === "never" ? 0x10 : 0, 4, nameIndex);
    if (nameIndex === 0) at = this.#writeString(target, at, name);
    return this.#writeString(target, at, value);
  }

  #writeString(target: Uint8Array, at: number, text: string): number {
    const length = this.#huffman ? huffmanLength(text) : text.length;
    if (length < text.length) {
      at = writeInteger(target, at, 0x80, 7, length);
      return writeHuffman(target, at, text);
    }
    at = writeInteger(target, at, 0x00, 7, text.length);
    return writeLatin1(target, at, text);
  }
}

function requireRoom(target: Uint8Array, start: number, count: number): void {
  if (target.length - start < count) {
    throw new RangeError(
      `Cannot encode the header list: expected a sink with room for ${count} octets, received ${
        target.length - start
      }`,
    );
  }
}

function append(sink: OctetSink, octets: Uint8Array): number {
  const at = sink.reserve(octets.length);
  sink.buffer.set(octets, at);
  return octets.length;
}
