import type { HeaderField } from "../hpack/mod.ts";

/** The value of a header field. */
export function fieldOf(
  fields: readonly HeaderField[],
  name: string,
): string | undefined {
  for (const field of fields) {
    if (field[0] === name) return field[1];
  }
  return undefined;
}
