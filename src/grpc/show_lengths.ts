/** Entries that are shown; what a peer sends is bounded by more than that. */
const MOST_SHOWN = 20;

/** Characters of a key that are shown. */
const LONGEST_KEY = 100;

/** Keys of metadata, or types of details, and how long their values are. */
export function showLengths(
  kind: string,
  entries:
    readonly (readonly [key: string, value: { readonly length: number }])[],
): string {
  if (entries.length === 0) return `${kind} {}`;
  const parts = entries.slice(0, MOST_SHOWN).map(([key, { length }]) => {
    const name = JSON.stringify(key.slice(0, LONGEST_KEY));
    return `${name}: ${length} ${length === 1 ? "octet" : "octets"}`;
  });
  const left = entries.length - parts.length;
  if (left > 0) parts.push(`… ${left} more`);
  return `${kind} { ${parts.join(", ")} }`;
}
