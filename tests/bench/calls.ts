/**
 * Unary calls a second and their latency, against other gRPC stacks in the
 * same run.
 *
 * ```sh
 * deno run -A tests/bench/calls.ts
 * deno run -A tests/bench/calls.ts --json --rounds 15 --only ours,go
 * deno run -A tests/bench/calls.ts --streams --only ours,tonic
 * deno run -A tests/bench/calls.ts --only ours --before ../older-checkout
 * ```
 *
 * Each stack has a server in one process and a client in another, joined by
 * one connection over loopback TCP, and echoes 32 octets: with one call at a
 * time, then with 16, 64 and 256. With `--streams` there are streams instead, of
 * messages of 32 octets, of 1 KiB and of 64 KiB, as fast as they go: one, or
 * several at once with `--at-once 16,64`, which share the messages. All stacks
 * run warm, then take turns in several rounds; the figures are medians over the
 * rounds.
 * What else runs on the machine disturbs them all alike: trust the ratios.
 *
 * With `--before` another checkout of this project takes its turns, too: the
 * ratio says what a change costs or brings.
 *
 * A stack whose tools are missing is named and left out. Takes two minutes, as
 * long as the machine has two cores to give; `--rounds`, `--milliseconds` and
 * `--at-once 1,64` change that.
 *
 * @module
 */
import { JSON_FLAG, numberFlag, runTask } from "../harness/task.ts";
import { type Measured, Pair } from "./calls_process.ts";
import type { Job } from "./calls_programs/jobs.ts";
import {
  chosen,
  MissingTool,
  older,
  OURS,
  type Stack,
  STACKS,
} from "./calls_stacks.ts";
import { figuresOf, warmUp } from "./calls_figures.ts";
import { addRatios, print, type Row } from "./calls_table.ts";
import { BEFORE_FLAG, COUNT, ONLY_FLAG, requireSome } from "./flags.ts";

/** Messages of a stream by their octets: the slowest stack takes seconds. */
const STREAMS = { 32: 1_000_000, 1_024: 200_000, 65_536: 8_192 };

/** How often each takes its turn, unless told otherwise. */
const ROUNDS = { unary: 9, streams: 3 };

interface Settings {
  readonly json: boolean;
  readonly streams: boolean;
  readonly rounds?: number;
  readonly atOnce?: readonly number[];
  readonly milliseconds: number;
  readonly only: string;
  readonly before?: string;
}

interface Runner {
  readonly row: Row;
  readonly pair: Pair;
}

async function compare(settings: Settings): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const rows: Row[] = [];
  const runners: Runner[] = [];
  for (const { name, prepare } of stacks(settings)) {
    try {
      const pair = stack.use(await Pair.start(await prepare()));
      const row = { name, figures: {} };
      rows.push(row);
      runners.push({ row, pair });
    } catch (error) {
      if (!(error instanceof MissingTool)) throw error;
      rows.push({ name, missing: error.message });
    }
  }
  const jobs = settings.streams ? streamJobs(settings) : unaryJobs(settings);
  const { rounds = settings.streams ? ROUNDS.streams : ROUNDS.unary } =
    settings;
  for (const { pair } of runners) {
    for (const job of Object.values(jobs)) await pair.measure(warmUp(job));
  }
  for (const [title, job] of Object.entries(jobs)) {
    await takeTurns(runners, title, job, rounds);
  }
  addRatios(rows, OURS);
  if (settings.json) console.log(JSON.stringify(rows, undefined, 2));
  else print(rows);
  return 0;
}

/** Each round begins with another stack. */
async function takeTurns(
  runners: readonly Runner[],
  title: string,
  job: Job,
  rounds: number,
): Promise<void> {
  const measured = new Map<Runner, Measured[]>();
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < runners.length; turn++) {
      const runner = runners[(round + turn) % runners.length];
      const results = measured.get(runner) ?? [];
      results.push(await runner.pair.measure(job));
      measured.set(runner, results);
    }
  }
  for (const [{ row }, results] of measured) {
    if ("figures" in row) row.figures[title] = figuresOf(job, results);
  }
}

function unaryJobs(
  { milliseconds, atOnce = [1, 16, 64, 256] }: Settings,
): Record<string, Job> {
  return Object.fromEntries(
    atOnce.map((calls): [string, Job] => [
      `${calls} at a time`,
      { kind: "unary", concurrency: calls, milliseconds },
    ]),
  );
}

function streamJobs({ atOnce = [1] }: Settings): Record<string, Job> {
  const jobs: Record<string, Job> = {};
  for (const streams of atOnce) {
    for (const [octets, all] of Object.entries(STREAMS)) {
      const messages = Math.ceil(all / streams);
      const job = { messages, size: Number(octets), streams };
      const title = `${octets} B ${streams === 1 ? "" : `x ${streams} `}`;
      jobs[`${title}down`] = { kind: "download", ...job };
      jobs[`${title}up`] = { kind: "upload", ...job };
    }
  }
  return jobs;
}

function stacks({ only, before }: Settings): Stack[] {
  const asked = chosen(STACKS, only);
  requireSome(asked, STACKS);
  return before === undefined ? asked : [...asked, older(before)];
}

if (import.meta.main) {
  await runTask<Settings>({
    name: "calls.ts",
    program: "deno run -A tests/bench/calls.ts",
    purpose: "Measures unary calls, or streams of messages, beside other gRPC" +
      " stacks that take turns with this one. Takes two minutes.",
    examples: [
      "deno run -A tests/bench/calls.ts --rounds 15 --only ours,go",
      "deno run -A tests/bench/calls.ts --streams --at-once 1,64",
      "deno run -A tests/bench/calls.ts --only ours --before ../older",
    ],
    flags: [
      { flags: "--streams", help: "Measure streams instead of unary calls" },
      {
        flags: "--rounds <number>",
        help: "How often each takes its turn",
        shown: `${ROUNDS.unary}, with --streams ${ROUNDS.streams}`,
        read: numberFlag("rounds", COUNT),
      },
      {
        flags: "--at-once <numbers>",
        help: "Calls or streams at once, by commas",
        shown: "1,16,64,256, with --streams 1",
        read: (text) => text.split(",").map(numberFlag("at-once", COUNT)),
      },
      {
        flags: "--milliseconds <number>",
        help: "How long a turn of unary calls takes",
        value: 500,
        read: numberFlag("milliseconds", COUNT),
      },
      ONLY_FLAG,
      BEFORE_FLAG,
      JSON_FLAG,
    ],
  }, compare);
}
