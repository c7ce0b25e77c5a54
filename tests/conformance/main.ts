/**
 * Breaks each rule of RFC 9113, sections 3 to 8, and of RFC 7541 in turn, as a
 * server towards the client of this library and as a client towards its server,
 * and prints what is answered.
 *
 * ```sh
 * deno task conformance [--json]
 * ```
 *
 * The exit code is 1 if an answer is not the expected one.
 *
 * @module
 */

import { JSON_FLAG, runTask } from "../harness/task.ts";
import { ROWS, tryRow } from "./table.ts";

await runTask<{ readonly json: boolean }>({
  name: "conformance",
  purpose:
    "Breaks each rule of RFC 9113, sections 3 to 8, and of RFC 7541 in turn, as" +
    " a server towards the client of this library and as a client towards its" +
    " server, and prints what is answered. The exit status is 1 if an answer" +
    " is not the expected one.",
  examples: ["deno task conformance", "deno task conformance --json"],
  flags: [JSON_FLAG],
}, ({ json }) => {
  const lines = ROWS.flatMap((row) =>
    row.roles.map((role) => {
      const { section, rule, input, answer } = row;
      const got = tryRow(row, role);
      return { role, section, rule, input, answer, got, ok: got === answer };
    })
  );
  if (json) console.log(JSON.stringify(lines));
  else printTable(lines);
  return lines.some(({ ok }) => !ok) ? 1 : 0;
});

interface Line {
  readonly role: string;
  readonly section: string;
  readonly rule: string;
  readonly input: string;
  readonly answer: string;
  readonly got: string;
  readonly ok: boolean;
}

function printTable(lines: readonly Line[]): void {
  const keys = ["role", "section", "rule", "input"] as const;
  const widths = keys.map((key) =>
    Math.max(key.length, ...lines.map((line) => line[key].length))
  );
  const print = (cells: readonly string[], end: string) => {
    const padded = cells.map((cell, index) => cell.padEnd(widths[index]));
    console.log(`${padded.join("  ")}  ${end}`);
  };
  print(keys, "answer");
  for (const line of lines) {
    const wrong = line.ok ? "" : `  WRONG: ${line.got}`;
    print(keys.map((key) => line[key]), `${line.answer}${wrong}`);
  }
  const right = lines.filter(({ ok }) => ok).length;
  console.log(`${lines.length} answers, ${right} as expected`);
}
