import type { EncodableHeaderField } from "./header_field.ts";

/** One slot for each method that a client calls by turns, about. */
const SLOT_BITS = 4;

/** Longer blocks are rare, and would hold on to much memory. */
const MAX_BLOCK_LENGTH = 1024;

interface CachedBlock {
  readonly hash: number;
  /** For each field of the list: name, value, whether it is sensitive. */
  readonly list: readonly (string | boolean)[];
  /** The version of the table that the indices in the block refer to. */
  version: number;
  octets: Uint8Array;
}

/** Where the hash of a header list begins. */
export const LIST_HASH_SEED = 0x2545_f491;

/**
 * Takes a field into the hash of a list: the lengths and two characters of
 * the value. What collides is told apart by comparison.
 */
export function hashField(hash: number, name: string, value: string): number {
  const length = value.length;
  const middle = value.charCodeAt(length >>> 1);
  const late = value.charCodeAt(length > 1 ? length - 2 : 0);
  const mixed = hash ^ name.length << 24 ^ length << 16 ^ middle << 8 ^ late;
  return Math.imul(mixed ^ mixed >>> 15, 0x9e37_79b1);
}

/** Whether a field asks to be kept out of every table. */
export function isSensitive(field: EncodableHeaderField): boolean {
  return field.length > 2 && field[2]!.sensitive;
}

/**
 * Remembers the blocks of header lists that repeat.
 *
 * A block that was encoded without entering a field into the dynamic table
 * depends on the list and on the table alone: it stands until the version of
 * the table changes. Each list has one slot; whether it is the same list is
 * decided by comparing all strings.
 */
export class BlockCache {
  readonly #slots: (CachedBlock | undefined)[] = [];
  readonly #seen: number[] = [];

  /** Finds the block for a list at a version of the table. */
  find(
    fields: readonly EncodableHeaderField[],
    hash: number,
    version: number,
  ): Uint8Array | undefined {
    const block = this.#slots[slotOf(hash)];
    return block !== undefined && block.version === version &&
        isSameList(block, hash, fields)
      ? block.octets
      : undefined;
  }

  /**
   * Offers a block that entered no field into the table. It is kept from the
   * second time on that its list is offered.
   */
  offer(
    fields: readonly EncodableHeaderField[],
    hash: number,
    version: number,
    source: Uint8Array,
    start: number,
    end: number,
  ): void {
    const slot = slotOf(hash);
    if (this.#seen[slot] !== hash) {
      this.#seen[slot] = hash;
      return;
    }
    if (end - start > MAX_BLOCK_LENGTH) return;
    const octets = source.slice(start, end);
    const block = this.#slots[slot];
    if (block !== undefined && isSameList(block, hash, fields)) {
      block.version = version;
      block.octets = octets;
    } else {
      this.#slots[slot] = { hash, list: listOf(fields), version, octets };
    }
  }
}

function slotOf(hash: number): number {
  return hash >>> (32 - SLOT_BITS);
}

function listOf(
  fields: readonly EncodableHeaderField[],
): readonly (string | boolean)[] {
  const list: (string | boolean)[] = [];
  for (const field of fields) list.push(field[0], field[1], isSensitive(field));
  return list;
}

function isSameList(
  block: CachedBlock,
  hash: number,
  fields: readonly EncodableHeaderField[],
): boolean {
  const { list } = block;
  if (block.hash !== hash || list.length !== fields.length * 3) return false;
  for (let i = 0, at = 0; i < fields.length; i++, at += 3) {
    const field = fields[i];
    if (
      list[at] !== field[0] || list[at + 1] !== field[1] ||
      list[at + 2] !== isSensitive(field)
    ) return false;
  }
  return true;
}
