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

/** The name of the figure that divides one stack by another. */
const RATIO = "ours / theirs";

/** Adds to the figures of each stack how much faster than it one stack is. */
export function addRatios(rows: readonly Row[], ours: string): void {
  const own = rows.find(({ name }) => name === ours);
  if (own === undefined || "missing" in own) return;
  for (const row of rows) {
    if ("missing" in row) continue;
    for (const [title, figures] of Object.entries(row.figures)) {
      const [rate] = Object.keys(figures);
      figures[RATIO] = own.figures[title][rate] / figures[rate];
    }
  }
}

/** Prints a table for each job. */
export function print(rows: readonly Row[]): void {
  const titles = rows.flatMap((row) =>
    "figures" in row ? Object.keys(row.figures) : []
  );
  for (const title of new Set(titles)) {
    console.log(`\n${title}`);
    console.table(
      Object.fromEntries(rows.map((row) => [row.name, cells(row, title)])),
    );
  }
}

function cells(row: Row, title: string): Record<string, string> {
  if ("missing" in row) return { skipped: row.missing };
  return Object.fromEntries(
    Object.entries(row.figures[title]).map(([name, value]) => [
      name,
      value.toFixed(name === RATIO ? 2 : value < 100 ? 1 : 0),
    ]),
  );
}
