/** Entries that are shown; what a peer sends is bounded by more than that. */
const MOST_SHOWN = 20;

/** Characters of a key that are shown. */
const LONGEST_KEY = 100;

/** Metadata for people: its keys, and how long the values are. */
export function showMetadata(
  entries:
    readonly (readonly [key: string, value: { readonly length: number }])[],
): string {
  if (entries.length === 0) return "Metadata {}";
  const parts = entries.slice(0, MOST_SHOWN).map(([key, { length }]) => {
    const name = JSON.stringify(key.slice(0, LONGEST_KEY));
    return `${name}: ${length} ${length === 1 ? "octet" : "octets"}`;
  });
  const left = entries.length - parts.length;
  if (left > 0) parts.push(`… ${left} more`);
  return `Metadata { ${parts.join(", ")} }`;
}
