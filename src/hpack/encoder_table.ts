import { assert } from "../invariants/mod.ts";
import { DynamicTable } from "./dynamic_table.ts";
import type { HeaderField } from "./header_field.ts";
import { STATIC_NAMES, STATIC_TABLE_LENGTH } from "./static_table.ts";

/** Where a name stands in the dynamic table. */
interface DynamicName {
  /** The identity of the newest entry that has the name. */
  newest: number;
  /** The identity of the newest entry for each value of the name. */
  readonly values: Map<string, number>;
}

/** Both tables as an encoder needs them: found by content, not by index. */
export class EncoderTable extends DynamicTable {
  readonly #names = new Map<string, DynamicName>();

  /**
   * Finds a field.
   *
   * @returns The index of the field; or the negated index of one that has its
   * name; or 0.
   */
  find(name: string, value: string): number {
    const known = STATIC_NAMES.get(name);
    const index = known?.values.get(value);
    if (index !== undefined) return index;
    const own = this.#names.get(name);
    const identity = own?.values.get(value);
    if (identity !== undefined) return this.#indexOf(identity);
    if (known) return -known.index;
    return own ? -this.#indexOf(own.newest) : 0;
  }

  /** Finds the index of a field that has a name, or 0. */
  findName(name: string): number {
    const known = STATIC_NAMES.get(name);
    if (known) return known.index;
    const own = this.#names.get(name);
    return own ? this.#indexOf(own.newest) : 0;
  }

  override insert(field: HeaderField): boolean {
    const identity = this.inserted;
    if (!super.insert(field)) return false;
    const [name, value] = field;
    const own = this.#names.get(name);
    if (own) {
      own.newest = identity;
      own.values.set(value, identity);
    } else {
      const values = new Map([[value, identity]]);
      this.#names.set(name, { newest: identity, values });
    }
    return true;
  }

  protected override evicted(field: HeaderField, identity: number): void {
    const [name, value] = field;
    const own = this.#names.get(name);
    assert(own !== undefined, "the name of each entry is known", identity);
    if (own.newest === identity) this.#names.delete(name);
    else if (own.values.get(value) === identity) own.values.delete(value);
  }

  #indexOf(identity: number): number {
    assert(
      identity < this.inserted && identity >= this.inserted - this.length,
      "an entry that is found is in the dynamic table",
      identity,
    );
    return STATIC_TABLE_LENGTH + this.inserted - identity;
  }
}
