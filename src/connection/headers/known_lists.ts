import type { HeaderField } from "../../hpack/mod.ts";

/** Lists that are known, at the most, a power of two. */
const MOST_LISTS = 16;

/** Octets of the longest block of one: a field of the table takes one or two. */
const LONGEST_BLOCK = 32;

interface KnownList {
  /** The octets of its block. */
  readonly block: readonly number[];
  readonly list: HeaderField[];
}

const NONE: (KnownList | undefined)[] = [];

/**
 * Header lists that were read and found to be good, by their blocks. Most calls
 * say the same as the one before, in a dozen octets that refer to the tables of
 * HPACK: as long as these stay, such a block is read once, and its list is the
 * same object each time.
 *
 * A block is remembered from about the second time on, and none of a table that
 * has changed since: what is held is no more than that table had.
 */
export class KnownLists {
  #version = -1;
  #seen = 0;
  #lists = NONE;

  /**
   * The list of a block.
   *
   * @param version That of the tables: with another one, no list is known.
   */
  find(block: Uint8Array, version: number): HeaderField[] | undefined {
    if (version !== this.#version || this.#lists === NONE) return undefined;
    if (block.length > LONGEST_BLOCK) return undefined;
    const known = this.#lists[slotOf(block)];
    return known !== undefined && isSame(known.block, block)
      ? known.list
      : undefined;
  }

  /** A block was read, which has not changed the tables. */
  offer(block: Uint8Array, version: number, list: HeaderField[]): void {
    if (block.length > LONGEST_BLOCK) return;
    if (version !== this.#version) this.#forget(version);
    const slot = slotOf(block);
    const isFirst = (this.#seen & 1 << slot) === 0;
    this.#seen |= 1 << slot;
    if (isFirst) return;
    if (this.#lists === NONE) this.#lists = new Array(MOST_LISTS);
    this.#lists[slot] = { block: Array.from(block), list };
  }

  #forget(version: number): void {
    this.#version = version;
    this.#seen = 0;
    this.#lists = NONE;
  }
}

function slotOf(block: Uint8Array): number {
  let hash = block.length;
  for (let at = 0; at < block.length; at++) {
    hash = Math.imul(hash ^ block[at], 0x9e37_79b1);
  }
  return (hash ^ hash >>> 15) & MOST_LISTS - 1;
}

function isSame(known: readonly number[], block: Uint8Array): boolean {
  if (known.length !== block.length) return false;
  for (let at = 0; at < known.length; at++) {
    if (known[at] !== block[at]) return false;
  }
  return true;
}
