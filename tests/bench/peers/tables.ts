/**
 * What `peers.ts` has measured, as plain data.
 *
 * @module
 */
import type { Row } from "../calls_table.ts";

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
