/**
 * The table of `calls.ts`.
 *
 * @module
 */

/** Figures by their names. */
export type Figures = Record<string, number>;

/** What a stack did, by the title of the job; or what it lacks. */
export type Row =
  | { readonly name: string; readonly figures: Record<string, Figures> }
  | { readonly name: string; readonly missing: string };

/** Prints a table for each job: figures, and ours divided by theirs. */
export function print(rows: readonly Row[], ours: string): void {
  const first = rows.find((row) => "figures" in row);
  if (first === undefined || !("figures" in first)) return;
  for (const title of Object.keys(first.figures)) {
    console.log(`\n${title}`);
    console.table(Object.fromEntries(rows.map((row) => [
      row.name,
      cells(row, title, rows.find(({ name }) => name === ours)),
    ])));
  }
}

function cells(
  row: Row,
  title: string,
  ours: Row | undefined,
): Record<string, string> {
  if ("missing" in row) return { skipped: row.missing };
  const figures = row.figures[title];
  const [rate] = Object.keys(figures);
  const texts = Object.entries(figures).map(([name, value]) =>
    [name, value.toFixed(value < 100 ? 1 : 0)] as const
  );
  if (ours === undefined || "missing" in ours) return Object.fromEntries(texts);
  const ratio = ours.figures[title][rate] / figures[rate];
  return { ...Object.fromEntries(texts), "ours / theirs": ratio.toFixed(2) };
}
