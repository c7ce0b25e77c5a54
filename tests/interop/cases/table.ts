/**
 * How the cases went, as a table for people.
 *
 * @module
 */

/** How a case went. */
export type Result =
  | "ok"
  | "FAILED"
  | "not offered by peer"
  | "not offered by this module"
  | "peer missing"
  | "not run";

const MARKS: Readonly<Record<Result, string>> = {
  "ok": "ok",
  "FAILED": "FAILED",
  "not offered by peer": "-",
  "not offered by this module": "!",
  "peer missing": "?",
  "not run": "",
};

/** Results by case and by column, which is a peer in a role. */
export class ResultTable {
  readonly #rows: readonly string[];
  readonly #columns: string[] = [];
  readonly #results = new Map<string, Result>();

  /** Starts with a row for each case, and no columns. */
  constructor(rows: readonly string[]) {
    this.#rows = rows;
  }

  /** Notes how a case went. */
  set(row: string, column: string, result: Result): void {
    if (!this.#columns.includes(column)) this.#columns.push(column);
    this.#results.set(`${column}: ${row}`, result);
  }

  /** The table, and what its marks mean. */
  toString(): string {
    const first = Math.max(...this.#rows.map((row) => row.length));
    const line = (title: string, cells: readonly string[]) =>
      [
        title.padEnd(first),
        ...cells.map((cell, i) => cell.padEnd(this.#columns[i].length)),
      ].join("  ").trimEnd();
    const rows = this.#rows.map((row) =>
      line(row, this.#columns.map((column) => MARKS[this.#of(row, column)]))
    );
    return [line("", this.#columns), ...rows, "", ...this.#legend()].join("\n");
  }

  #of(row: string, column: string): Result {
    return this.#results.get(`${column}: ${row}`) ?? "not run";
  }

  #legend(): string[] {
    const seen = new Set(this.#results.values());
    return [...seen]
      .filter((result) => MARKS[result] !== result && MARKS[result] !== "")
      .map((result) => `${MARKS[result]}  ${result}`);
  }
}
