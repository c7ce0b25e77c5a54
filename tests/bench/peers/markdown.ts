/**
 * A report as Markdown.
 *
 * @module
 */
import { OURS } from "../calls_stacks.ts";
import type { Figures, Row } from "../calls_table.ts";
import type { Report, Section, Table } from "./tables.ts";

/** Figures that divide one stack by another. */
const RATIO = "ours / theirs";

/** Writes the machine, the versions and all tables. */
export function toMarkdown(report: Report): string {
  return [
    list(report.machine),
    list(report.versions),
    summaryOf(report.sections),
    ...report.sections.map(sectionOf),
  ].join("\n\n") + "\n";
}

function list(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(" · ");
}

/** How much faster we are than each other stack, with itself on both sides. */
function summaryOf(sections: readonly Section[]): string {
  const tables = sections.filter(({ id }) => id !== "cross")
    .flatMap(({ tables }) => tables)
    .filter(({ rows, title }) =>
      rows.some((row) => "figures" in row && RATIO in row.figures[title])
    );
  const names = new Set(
    tables.flatMap(({ rows }) => rows.map(({ name }) => name)),
  );
  names.delete(OURS);
  const ratio = ({ title, rows }: Table, name: string) => {
    const row = rows.find((each) => each.name === name);
    if (row === undefined) return "";
    return "missing" in row ? "–" : row.figures[title][RATIO].toFixed(2);
  };
  return [
    "## Ours beside each of them",
    "How many times as many calls or messages a second; a dash where the other one failed.",
    [
      line(["", ...names]),
      line(["---", ...[...names].map(() => "---:")]),
      ...tables.map((table) =>
        line([table.title, ...[...names].map((name) => ratio(table, name))])
      ),
    ].join("\n"),
  ].join("\n\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function sectionOf({ title, note, taken, tables }: Section): string {
  return [
    `## ${title}`,
    `${note} Taken on ${taken}.`,
    ...tables.map(tableOf),
  ].join("\n\n");
}

function tableOf({ title, rows }: Table): string {
  const names = new Set(
    rows.flatMap((row) =>
      "figures" in row ? Object.keys(row.figures[title]) : []
    ),
  );
  // Beside the rate that it is made of.
  const [rate, ...rest] = names;
  const columns = names.has(RATIO)
    ? [rate, RATIO, ...rest.filter((name) => name !== RATIO)]
    : [...names];
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
    return [row.name, row.missing, ...columns.slice(1).map(() => "")];
  }
  const figures: Figures = row.figures[title];
  return [
    row.name,
    ...columns.map((name) => formatted(name, figures[name])),
  ];
}

function formatted(name: string, value: number | undefined): string {
  if (value === undefined) return "";
  if (name === RATIO) return value.toFixed(2);
  if (value >= 1_000) {
    return value.toLocaleString("en", { maximumFractionDigits: 0 })
      .replaceAll(",", " ");
  }
  return value.toPrecision(3).includes("e")
    ? value.toFixed(0)
    : String(Number(value.toPrecision(3)));
}
