/**
 * What `peers.ts` has measured, as plain data.
 *
 * @module
 */
import type { Row } from "../calls_table.ts";

/** The jobs that tell the most, by their sections. */
const MAIN: Record<string, readonly string[]> = {
  "unary": ["1 at a time", "64 at a time"],
  "streams": ["32 B", "1 KiB", "64 KiB"],
  "many-streams": ["1 KiB down"],
  "tls-unary": ["64 at a time"],
  "tls-streams": ["64 KiB down"],
  "burst": [""],
  "connect": [""],
  "h2load": ["h2load"],
  "idle-server": ["10 000"],
  "idle-client": ["10 000"],
};

/** The figures of a job: a row for each stack. */
export interface Table {
  /** What the job was. */
  readonly title: string;
  readonly rows: readonly Row[];
}

/** The tables of a kind of job. */
export interface Section {
  /** What `--jobs` calls it. */
  readonly id: string;
  /** Its heading. */
  readonly title: string;
  /** What a reader must know. */
  readonly note: string;
  /** When it was measured. */
  readonly taken: string;
  readonly tables: readonly Table[];
}

/** What was measured, and where. */
export interface Report {
  readonly machine: Record<string, string>;
  readonly versions: Record<string, string>;
  readonly sections: readonly Section[];
}

/** Puts sections in the place of those with their names. */
export function merge(
  before: readonly Section[],
  now: readonly Section[],
  order: readonly string[],
): Section[] {
  const byId = new Map([...before, ...now].map((each) => [each.id, each]));
  return order.flatMap((id) => byId.get(id) ?? []);
}

/** The tables of the main jobs, with the names of their sections. */
export function mainTables(
  sections: readonly Section[],
): { id: string; table: Table }[] {
  return sections.flatMap(({ id, tables }) =>
    tables.filter(({ title }) =>
      MAIN[id]?.some((part) => ` ${title}`.includes(` ${part}`))
    ).map((table) => ({ id, table }))
  );
}

/** Whether that is what a row is measured by, and no competitor. */
export function isFloor(name: string): boolean {
  return name.startsWith("bare") || name.startsWith("nghttpd");
}
