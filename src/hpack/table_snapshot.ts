import type { HeaderField } from "./header_field.ts";

/**
 * What a dynamic table holds at one moment
 * ({@link https://www.rfc-editor.org/rfc/rfc7541#section-2.3.2 | RFC 7541 section 2.3.2}).
 */
export interface TableSnapshot {
  /** The size of the entries: name, value and 32 octets each (section 4.1). */
  readonly size: number;
  /** The size that the entries must not exceed, in octets (section 4.2). */
  readonly maxSize: number;
  /** The entries, newest first: the first one has index 62. */
  readonly entries: readonly HeaderField[];
}
