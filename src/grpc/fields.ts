import type { HeaderField } from "../hpack/mod.ts";

/** The value of a header field, the first one if there are several. */
export function fieldOf(
  fields: readonly HeaderField[],
  name: string,
): string | undefined {
  for (const field of fields) {
    if (field[0] === name) return field[1];
  }
  return undefined;
}

/** The last value of a header field. */
export function lastOf(
  fields: readonly HeaderField[],
  name: string,
): string | undefined {
  for (let i = fields.length - 1; i >= 0; i--) {
    if (fields[i][0] === name) return fields[i][1];
  }
  return undefined;
}
