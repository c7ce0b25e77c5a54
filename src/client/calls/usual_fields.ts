import type { HeaderField } from "../../hpack/mod.ts";

/** Fields of a section that is remembered, at the most. */
const MOST_FIELDS = 8;

/**
 * The field section that came last of those that were found to be usual. What
 * a server says at the beginning and the end of a call is mostly the same, and
 * comes as the same objects, from the table of HPACK: it is read once.
 */
export class UsualFields {
  #last: readonly HeaderField[] = [];

  /** Whether a section is the one that was noted. */
  has(fields: readonly HeaderField[]): boolean {
    const last = this.#last;
    if (fields === last) return fields.length > 0;
    if (fields.length !== last.length) return false;
    for (let i = 0; i < fields.length; i++) {
      if (fields[i] !== last[i]) return false;
    }
    return fields.length > 0;
  }

  /**
   * Remembers a section in place of the one before, unless it has many fields;
   * answers whether it does.
   */
  note(fields: readonly HeaderField[]): boolean {
    if (fields.length > MOST_FIELDS) return false;
    this.#last = fields;
    return true;
  }
}
