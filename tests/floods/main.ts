/**
 * Attacks a server and a client with every flood, each in processes of its own,
 * and prints what came of it.
 *
 * ```sh
 * deno task floods
 * deno task floods --only SETTINGS --json
 * ```
 *
 * An octet of a flood is compared with one of an honest call, measured first.
 * With `--strict` the machine must be quiet: no honest call may take more than
 * 250 ms. Exit code 1 if a flood does what it must not. Linux only.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Outcome, run } from "./arena.ts";
import type { AttackLimits } from "./attack.ts";
import { judge, mebibytes } from "./judge.ts";
import type { FloodRow } from "./row.ts";
import { FLOODS, HONEST_CALLS } from "./table.ts";

const { values: flags } = parseArgs({
  args: Deno.args,
  options: {
    only: { type: "string", default: "" },
    json: { type: "boolean", default: false },
    strict: { type: "boolean", default: false },
    seconds: { type: "string", default: "3" },
    mebibytes: { type: "string", default: "64" },
    connections: { type: "string", default: "10000" },
  },
});

const limits: AttackLimits = {
  time: 1_000 * Number(flags.seconds),
  octets: 1_048_576 * Number(flags.mebibytes),
  connections: Number(flags.connections),
};

/** One line of the table. */
interface Line {
  readonly row: FloodRow;
  readonly outcome: Outcome;
  readonly problems: readonly string[];
}

/** When, and after how much, a flood was ended. */
function endOf({ end, ended, octets }: Outcome): string {
  if (end === undefined) {
    return `no, ${mebibytes(octets)} sent on ${ended[1]}`;
  }
  const { after, octets: sent, frames, code } = end;
  const seconds = (after / 1_000).toFixed(2);
  return `${seconds} s, ${kibibytes(sent)}, ${frames} frames, code ${
    code ?? "unread"
  }`;
}

function kibibytes(octets: number): string {
  return `${(octets / 1_024).toFixed(0)} KiB`;
}

function print({ row, outcome, problems }: Line): void {
  const { memory, honest, cost } = outcome;
  const columns = [
    `${row.role}: ${row.name}`.padEnd(60),
    endOf(outcome).padEnd(48),
    `${mebibytes(memory.before)} > ${mebibytes(memory.peak)} > ${
      mebibytes(memory.after)
    }`.padEnd(28),
    `${honest.slowest.toFixed(0)} ms`.padStart(8),
    `${cost.toFixed(0)} ns`.padStart(9),
    `${row.bound[0]} ${row.bound[1]}`,
    problems.map((problem) => `WRONG: ${problem}`).join("; "),
  ];
  console.log(columns.join("  ").trimEnd());
}

function jsonOf({ row, outcome, problems }: Line): unknown {
  const { name, role, bound, expect } = row;
  return { name, role, bound, expect, ...outcome, problems };
}

const honest = await run(HONEST_CALLS, limits);
if (!flags.json) {
  console.log(
    `${"Flood".padEnd(60)}  ${"Ended after".padEnd(48)}  ${
      "Memory before > peak > after".padEnd(28)
    }  ${"Honest".padStart(8)}  ${"An octet".padStart(9)}  Bound`,
  );
  print({ row: HONEST_CALLS, outcome: honest, problems: [] });
}
const lines: Line[] = [];
for (const row of FLOODS) {
  if (!`${row.role}: ${row.name}`.includes(flags.only)) continue;
  const outcome = await run(row, limits);
  const problems = judge(row, outcome, honest.cost, flags.strict);
  const line = { row, outcome, problems };
  lines.push(line);
  if (!flags.json) print(line);
}
if (flags.json) {
  console.log(JSON.stringify({ honest, floods: lines.map(jsonOf) }));
}
if (lines.some(({ problems }) => problems.length > 0)) Deno.exit(1);
