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
import { JSON_FLAG, numberFlag, runTask, UsageError } from "../harness/task.ts";
import { type Outcome, run } from "./arena.ts";
import type { AttackLimits } from "./attack.ts";
import { judge, mebibytes } from "./judge.ts";
import type { FloodRow } from "./row.ts";
import { FLOODS, HONEST_CALLS } from "./table.ts";

interface Settings {
  readonly only: string;
  readonly json: boolean;
  readonly strict: boolean;
  readonly seconds: number;
  readonly mebibytes: number;
  readonly connections: number;
}

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

function titleOf({ role, name }: FloodRow): string {
  return `${role}: ${name}`;
}

function requireFlood(text: string): string {
  if (FLOODS.some((row) => titleOf(row).includes(text))) return text;
  throw new UsageError(
    `Cannot use --only: expected part of the name of a flood, such as SETTINGS or "${
      titleOf(FLOODS[0])
    }", received "${text}"`,
  );
}

async function attackAll(
  { only, json, strict, seconds, mebibytes, connections }: Settings,
): Promise<number> {
  const limits: AttackLimits = {
    time: 1_000 * seconds,
    octets: 1_048_576 * mebibytes,
    connections,
  };
  const honest = await run(HONEST_CALLS, limits);
  if (!json) {
    console.log(
      `${"Flood".padEnd(60)}  ${"Ended after".padEnd(48)}  ${
        "Memory before > peak > after".padEnd(28)
      }  ${"Honest".padStart(8)}  ${"An octet".padStart(9)}  Bound`,
    );
    print({ row: HONEST_CALLS, outcome: honest, problems: [] });
  }
  const lines: Line[] = [];
  for (const row of FLOODS) {
    if (!titleOf(row).includes(only)) continue;
    const outcome = await run(row, limits);
    const problems = judge(row, outcome, honest.cost, strict);
    const line = { row, outcome, problems };
    lines.push(line);
    if (!json) print(line);
  }
  if (json) {
    console.log(JSON.stringify({ honest, floods: lines.map(jsonOf) }));
  }
  return lines.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

await runTask<Settings>({
  name: "floods",
  purpose:
    "Attacks a server and a client with every flood, each in processes of its" +
    " own, and prints what came of it. The exit status is 1 if a flood does" +
    " what it must not. Linux only.",
  examples: [
    "deno task floods --only SETTINGS --json",
    "deno task floods --seconds 1 --mebibytes 16 --connections 1000",
  ],
  flags: [
    {
      flags: "--only <text>",
      help: "Only floods with this in their name, such as SETTINGS",
      value: "",
      shown: "all",
      read: requireFlood,
    },
    {
      flags: "--seconds <seconds>",
      help: "How long a flood may go on",
      value: 3,
      read: numberFlag("seconds", { minimum: 0.1 }),
    },
    {
      flags: "--mebibytes <number>",
      help: "How much it may send",
      value: 64,
      read: numberFlag("mebibytes", { minimum: 1 }),
    },
    {
      flags: "--connections <number>",
      help: "How many connections it may make",
      value: 10_000,
      read: numberFlag("connections", { minimum: 1, whole: true }),
    },
    {
      flags: "--strict",
      help:
        "On a quiet machine: no honest call may take more than 250 ms either",
    },
    JSON_FLAG,
  ],
}, attackAll);
