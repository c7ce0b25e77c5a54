/**
 * What divides this package by the others, for a section of the report.
 *
 * @module
 */
import { OURS } from "../calls_stacks.ts";
import type { Figures } from "../calls_table.ts";
import { isFloor, mainTables, type Section, type Table } from "./tables.ts";

/** Less by so little is not told as a loss. */
const NOISE = 0.05;

/** How this package compares: above 1 it is ahead. */
export interface Ratios {
  /** Those it is compared with. */
  readonly names: readonly string[];
  readonly rows: readonly RatioRow[];
}

/** What is compared. */
export interface RatioRow {
  readonly title: string;
  /** By names; one that has failed is `"failed"`, one not measured is not there. */
  readonly ratios: Readonly<Record<string, number | "failed">>;
}

/** Compares what a section has measured. */
export function ratiosOf({ id, tables }: Section): Ratios {
  return tableOf(tables.flatMap(ROWS[id] ?? rowsOfCalls));
}

/** Compares the rates of the main jobs, and what idle connections cost. */
export function mainRatiosOf(sections: readonly Section[]): Ratios {
  return tableOf(
    mainTables(sections).flatMap(({ id, table }) => {
      if (!id.startsWith("idle")) {
        return [compare(table, rateOf(table), "more")];
      }
      const rows = table.rows.filter(({ name }) =>
        name === OURS || isOther(name)
      );
      return rowsOfIdle({ ...table, rows });
    }),
  );
}

/** Where this package is behind, job by job; bare sockets are no competitors. */
export function lossesOf({ rows }: Ratios): string[] {
  return rows.flatMap(({ title, ratios }) => {
    const behind = Object.entries(ratios).filter(([name, ratio]) =>
      isOther(name) && ratio !== "failed" && ratio < 1 - NOISE
    );
    if (behind.length === 0) return [];
    const names = behind.map(([name, ratio]) =>
      `${name} (${(ratio as number).toFixed(2)})`
    );
    return [`${title}: ${names.join("; ")}`];
  });
}

/** Whether that is neither a floor nor this package with other options. */
export function isOther(name: string): boolean {
  return !isFloor(name) && !name.startsWith(OURS);
}

/** Rows of sections that are not calls of each stack with itself. */
const ROWS: Record<string, (table: Table) => RatioRow[]> = {
  cross: rowsOfCross,
  cores: rowsOfCores,
  "idle-server": rowsOfIdle,
  "idle-client": rowsOfIdle,
};

function tableOf(rows: readonly RatioRow[]): Ratios {
  const names = new Set(rows.flatMap(({ ratios }) => Object.keys(ratios)));
  const floors = [...names].filter(isFloor);
  const others = [...names].filter((name) => !isFloor(name));
  return { names: [...others, ...floors], rows };
}

function rowsOfCalls(table: Table): RatioRow[] {
  const rate = compare(table, rateOf(table), "more");
  const tail = compare(table, "p99 us", "less");
  const hasTail = Object.values(tail.ratios).some((each) => each !== "failed");
  return hasTail ? [rate, { ...tail, title: `${table.title}, p99` }] : [rate];
}

function rowsOfIdle(table: Table): RatioRow[] {
  const has = (name: string) =>
    table.rows.some((row) =>
      "figures" in row && name in row.figures[table.title]
    );
  const memory = has("KB each") ? "KB each" : "MB in all";
  return [
    { ...compare(table, "CPU ms", "less"), title: `${table.title}, CPU` },
    { ...compare(table, memory, "less"), title: `${table.title}, memory` },
  ];
}

/** Each with one side replaced by ours, beside the same with both its own. */
function rowsOfCross({ title, rows }: Table): RatioRow[] {
  const name = rateOf({ title, rows });
  const rates = new Map(rows.map((row) => [
    row.name,
    "figures" in row ? row.figures[title][name] : undefined,
  ]));
  const stacks = [...rates.keys()].filter((each) => each.endsWith(", both"))
    .map((each) => each.replace(/, both$/, ""));
  return [["calls", "client"], ["serves", "server"]].map(([verb, side]) => ({
    title: `${title}, our ${side} for theirs`,
    ratios: Object.fromEntries(stacks.map((stack) => {
      const [mixed, own] = [`${stack}, ours ${verb}`, `${stack}, both`]
        .map((each) => rates.get(each));
      return [stack, mixed && own ? mixed / own : "failed"];
    })),
  }));
}

function rowsOfCores({ title, rows }: Table): RatioRow[] {
  const [one, ...more] = rows;
  if (one === undefined || "missing" in one) return [];
  const rate = rateOf({ title, rows });
  const ratios = more.map((row) => [
    row.name,
    "missing" in row ? "failed" : row.figures[title][rate] /
      one.figures[title][rate],
  ]);
  return [{ title, ratios: Object.fromEntries(ratios) }];
}

function compare(
  { title, rows }: Table,
  figure: string,
  better: "more" | "less",
): RatioRow {
  const valueOf = (name: string): number | undefined => {
    const row = rows.find((each) => each.name === name);
    const figures: Figures = row && "figures" in row ? row.figures[title] : {};
    return figures[figure];
  };
  const own = valueOf(OURS);
  const ratios: Record<string, number | "failed"> = {};
  for (const { name } of rows) {
    if (name === OURS) continue;
    const their = valueOf(name);
    ratios[name] = own === undefined || their === undefined
      ? "failed"
      : better === "more"
      ? own / their
      : their / own;
  }
  return { title, ratios };
}

/** The name of the first figure. */
function rateOf({ title, rows }: Table): string {
  for (const row of rows) {
    if ("figures" in row) return Object.keys(row.figures[title])[0];
  }
  return "";
}
