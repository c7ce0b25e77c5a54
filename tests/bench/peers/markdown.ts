/**
 * A report as Markdown: ratios first, the figures behind them folded.
 *
 * @module
 */
import { OURS } from "../calls_stacks.ts";
import type { Figures, Row } from "../calls_table.ts";
import {
  isOther,
  lossesOf,
  mainRatiosOf,
  type Ratios,
  ratiosOf,
} from "./ratios.ts";
import type { Report, Section, Table } from "./tables.ts";

/** A figure that other tables of the section have. */
const RATIO = "ours / theirs";

/** Writes the machine, the versions and all tables. */
export function toMarkdown(report: Report): string {
  const dates = new Set(report.sections.map(({ taken }) => taken));
  const isOneDay = dates.size === 1;
  return [
    ...isOneDay ? [`Taken on ${[...dates][0]}.`] : [],
    list(report.machine),
    list(report.versions),
    ...mainRows(report.sections),
    ...report.sections.flatMap((section) => sectionOf(section, isOneDay)),
  ].join("\n\n") + "\n";
}

function list(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(" · ");
}

function mainRows(sections: readonly Section[]): string[] {
  const ratios = mainRatiosOf(sections);
  if (ratios.rows.length === 0) return [];
  return [
    "## The main rows",
    "How many times as many calls or messages a second as each of the others, with itself on both sides; of idle connections, how many times as much the others cost. Above 1, this package is ahead.",
    ratioTable(ratios),
  ];
}

function sectionOf(section: Section, isOneDay: boolean): string[] {
  const { title, note, taken, tables } = section;
  const ratios = ratiosOf(section);
  return [
    `## ${title}`,
    isOneDay ? note : `${note} Taken on ${taken}.`,
    ...lossesIn(ratios),
    ...ratios.rows.length > 0 ? [ratioTable(ratios)] : [],
    ...missingIn(tables),
    "<details>\n<summary>Figures</summary>",
    ...tables.map(tableOf),
    "</details>",
  ];
}

function lossesIn(ratios: Ratios): string[] {
  if (!ratios.names.some(isOther)) return [];
  const losses = lossesOf(ratios);
  if (losses.length === 0) return ["**Behind** nobody."];
  return [
    "**Behind**, by more than a twentieth:",
    losses.map((loss) => `- ${loss}`).join("\n"),
  ];
}

function ratioTable({ names, rows }: Ratios): string {
  const cell = (ratio: number | "failed" | undefined) =>
    ratio === undefined ? "" : ratio === "failed" ? "–" : ratio.toFixed(2);
  return [
    line(["", ...names.map((name) => name.replace(OURS, "ours"))]),
    line(["---", ...names.map(() => "---:")]),
    ...rows.map(({ title, ratios }) =>
      line([title, ...names.map((name) => cell(ratios[name]))])
    ),
  ].join("\n");
}

/** Who has failed, at what and why: each reason once. */
function missingIn(tables: readonly Table[]): string[] {
  const failures = new Map<string, string[]>();
  for (const { title, rows } of tables) {
    for (const row of rows) {
      if (!("missing" in row)) continue;
      const failure = `${row.name}: ${code(row.missing)}`;
      failures.set(failure, [...failures.get(failure) ?? [], title]);
    }
  }
  if (failures.size === 0) return [];
  const lines = [...failures].map(([failure, titles]) => {
    const where = titles.length === tables.length
      ? ""
      : ` (${titles[0]}${
        titles.length > 1 ? `, and ${titles.length - 1} more` : ""
      })`;
    return `- ${failure}${where}`;
  });
  return ["A dash is one that has failed, or was not there:", lines.join("\n")];
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function tableOf({ title, rows }: Table): string {
  const names = new Set(
    rows.flatMap((row) =>
      "figures" in row ? Object.keys(row.figures[title]) : []
    ),
  );
  names.delete(RATIO);
  const columns = [...names];
  return [
    line([title, ...columns]),
    line(["---", ...columns.map(() => "---:")]),
    ...rows.map((row) => line(cellsOf(row, title, columns))),
  ].join("\n");
}

function cellsOf(
  row: Row,
  title: string,
  columns: readonly string[],
): string[] {
  if ("missing" in row) {
    return [
      row.name,
      "–",
      ...columns.slice(1).map(() => ""),
    ];
  }
  const figures: Figures = row.figures[title];
  return [row.name, ...columns.map((name) => formatted(figures[name]))];
}

function formatted(value: number | undefined): string {
  if (value === undefined) return "";
  if (value >= 1_000) {
    return value.toLocaleString("en", { maximumFractionDigits: 0 })
      .replaceAll(",", " ");
  }
  return value.toPrecision(3).includes("e")
    ? value.toFixed(0)
    : String(Number(value.toPrecision(3)));
}
