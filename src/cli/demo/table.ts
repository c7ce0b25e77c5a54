import { colours } from "../colours.ts";
import { SLACK, type Verdict } from "./verdict.ts";

const HEAD = ["Promise", "Promised", "Measured", "Kept"] as const;

/** The verdicts as a table, with a conclusion under it. */
export function tableOf(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ promise, promised, measured, kept }) =>
    [promise, promised, measured, kept ? "✓ yes" : "✗ NO"] as const
  );
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column].length))
  );
  const lineOf = (cells: readonly string[]) =>
    cells.map((cell, column) => cell.padEnd(widths[column])).join("  ")
      .trimEnd();
  const paint = (line: string, { kept }: Verdict) =>
    kept ? line.replace("✓ yes", colours.green) : colours.red(line);
  return [
    colours.bold(lineOf(HEAD)),
    colours.dim(widths.map((width) => "-".repeat(width)).join("  ")),
    ...rows.map((row, index) => paint(lineOf(row), verdicts[index])),
    "",
    conclusion(verdicts),
    colours.dim(
      `Times are from the clocks of the processes, between two events; ${SLACK} ms late is still in time.`,
    ),
  ].join("\n");
}

function conclusion(verdicts: readonly Verdict[]): string {
  const broken = verdicts.filter(({ kept }) => !kept).length;
  return broken === 0
    ? colours.green(`All ${verdicts.length} promises were kept.`)
    : colours.red(`${broken} of ${verdicts.length} promises were not kept.`);
}
