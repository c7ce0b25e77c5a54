/** How a check ended, and what it measured. */
export interface Row {
  /** Which end is whose. */
  readonly direction: string;
  /** What was checked. */
  readonly check: string;
  /** The other stack. */
  readonly stack: string;
  /** `ok` with what was measured, `FAILED`, `skipped` or `not run`. */
  outcome: string;
}

/** Rows as a table: a line a check, a column a stack. */
export function formatTable(rows: readonly Row[]): string {
  const stacks = [...new Set(rows.map(({ stack }) => stack))];
  const lines: string[][] = [];
  for (const [direction, part] of groupBy(rows, "direction")) {
    lines.push([direction, ...stacks]);
    for (const [check, cells] of groupBy(part, "check")) {
      const outcomes = new Map(cells.map((row) => [row.stack, row.outcome]));
      lines.push([
        `  ${check}`,
        ...stacks.map((stack) => outcomes.get(stack) ?? ""),
      ]);
    }
  }
  return align(lines);
}

function groupBy(rows: readonly Row[], key: keyof Row): Map<string, Row[]> {
  return Map.groupBy(rows, (row) => row[key]);
}

function align(lines: readonly string[][]): string {
  const widths = lines[0].map((_, column) =>
    Math.max(...lines.map((line) => line[column].length))
  );
  return lines.map((line) =>
    line.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd()
  ).join("\n");
}
