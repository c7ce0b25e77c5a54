import { assert, isThoroughFor } from "../invariants/mod.ts";
import type { EncodableHeaderField, HeaderField } from "./header_field.ts";
import type { TableSnapshot } from "./table_snapshot.ts";

/**
 * The size of a dynamic table before any setting
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2 | RFC 9113 section 6.5.2}).
 */
export const DEFAULT_TABLE_SIZE = 4096;

/** What an entry counts besides its octets (RFC 7541 section 4.1). */
const FIELD_OVERHEAD = 32;

/** Slots in a fresh ring, a power of two as are all that follow. */
const INITIAL_SLOTS = 8;

/** The size of a header field in a table or a list (RFC 7541 section 4.1). */
export function fieldSize(name: string, value: string): number {
  return name.length + value.length + FIELD_OVERHEAD;
}

/** The size of a header list, as SETTINGS_MAX_HEADER_LIST_SIZE counts it. */
export function listSize(fields: readonly EncodableHeaderField[]): number {
  let size = 0;
  for (const field of fields) size += fieldSize(field[0], field[1]);
  return size;
}

/**
 * The dynamic table (RFC 7541 section 2.3.2): a ring, so that entering and
 * evicting an entry cost the same however many there are.
 *
 * Each entry has an identity, the count of entries made before it; its index
 * grows with each entry that follows, its identity stays.
 */
export class DynamicTable {
  #ring: (HeaderField | undefined)[] = [];
  #inserted = 0;
  #length = 0;
  #size = 0;
  #maxSize: number;
  #version = 0;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** How many entries there are. */
  get length(): number {
    return this.#length;
  }

  /** The size that the entries must not exceed. */
  get maxSize(): number {
    return this.#maxSize;
  }

  /** How many entries were ever made: the identity of the next one. */
  get inserted(): number {
    return this.#inserted;
  }

  /** Changes whenever an index may mean another field. */
  get version(): number {
    return this.#version;
  }

  /** The entry at a position that exists; 0 is the newest. */
  at(position: number): HeaderField {
    return this.#ring[this.#slot(this.#inserted - 1 - position)] ??
      noSuchPosition(position);
  }

  /**
   * Enters a field. "It is not an error to attempt to add an entry that is
   * larger than the maximum size": that empties the table (section 4.4).
   *
   * @returns Whether the field is in the table.
   */
  insert(field: HeaderField): boolean {
    const size = fieldSize(field[0], field[1]);
    this.#version++;
    this.#evictDownTo(this.#maxSize - size);
    if (size > this.#maxSize) return false;
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[this.#slot(this.#inserted)] = field;
    this.#inserted++;
    this.#length++;
    this.#size += size;
    this.#assertSize();
    return true;
  }

  /** Changes the maximum size and evicts what exceeds it (section 4.3). */
  resize(maxSize: number): void {
    this.#version++;
    this.#maxSize = maxSize;
    this.#evictDownTo(maxSize);
    this.#assertSize();
  }

  /** Copies what the table holds. */
  snapshot(): TableSnapshot {
    const entries: HeaderField[] = [];
    for (let position = 0; position < this.#length; position++) {
      const [name, value] = this.at(position);
      entries.push([name, value]);
    }
    return { size: this.#size, maxSize: this.#maxSize, entries };
  }

  /** Called for each entry that leaves the table. */
  protected evicted(_field: HeaderField, _identity: number): void {}

  #evictDownTo(size: number): void {
    while (this.#length > 0 && this.#size > size) {
      const identity = this.#inserted - this.#length;
      const slot = this.#slot(identity);
      const field = this.#ring[slot];
      assert(field !== undefined, "the oldest entry is there", identity);
      this.#ring[slot] = undefined;
      this.#length--;
      this.#size -= fieldSize(field[0], field[1]);
      this.evicted(field, identity);
    }
  }

  /** "The size of the dynamic table is the sum of the size of its entries." */
  #assertSize(): void {
    assert(
      this.#size <= this.#maxSize && this.#size >= 0,
      "a dynamic table keeps to its maximum size",
      this.#size,
    );
    if (!isThoroughFor(this.#length)) return;
    let size = 0;
    for (let position = 0; position < this.#length; position++) {
      const field = this.at(position);
      size += fieldSize(field[0], field[1]);
    }
    assert(
      size === this.#size,
      `the entries of a dynamic table have ${size} octets`,
      this.#size,
    );
  }

  #slot(identity: number): number {
    return identity & (this.#ring.length - 1);
  }

  #grow(): void {
    const oldest = this.#inserted - this.#length;
    const slots = Math.max(INITIAL_SLOTS, this.#ring.length * 2);
    const ring = new Array<HeaderField | undefined>(slots).fill(undefined);
    for (let identity = oldest; identity < this.#inserted; identity++) {
      ring[identity & (slots - 1)] = this.#ring[this.#slot(identity)];
    }
    this.#ring = ring;
  }
}

/** Apart from `at`, which would take a fifth longer with the assertion in it. */
function noSuchPosition(position: number): never {
  assert(false, "a position is one of the dynamic table", position);
}
