/**
 * The memory of both ends of a long stream whose consumer sleeps: flow control
 * has to hold the sender back, and nothing may pile up on the way.
 *
 * ```sh
 * deno run -A tests/bench/stream_memory.ts --assert
 * deno run -A tests/bench/stream_memory.ts --only upload --json
 * ```
 *
 * Server and client have a process each. 1 GiB goes down, up, and there and
 * back again; the consumer at the client or at the server sleeps for 10 ms after
 * each MiB. The anonymous memory (`RssAnon`) of both processes is sampled from
 * outside, while each collects its garbage ten times a second: V8 by itself lets
 * more than 64 MiB of messages that are done with lie for seconds. The first
 * eighth of a stream warms up. The growth is the most above the least after
 * that; the bound is 32 MiB.
 *
 * Linux only. Takes about 15 seconds a stream, two minutes in all.
 *
 * @module
 */
import { delay } from "@std/async";
import { JSON_FLAG, runTask, UsageError } from "../harness/task.ts";
import { Pair, type Program } from "./calls_process.ts";
import { onDeno } from "./calls_stacks.ts";
import { type Figure, report } from "./measure.ts";
import type { StreamJob } from "./stream_memory_program.ts";

const COMMAND = onDeno(
  new URL("stream_memory_program.ts", import.meta.url),
  "--v8-flags=--expose-gc",
);

const MEBIBYTE = 1_048_576;
const STREAM = 1_024 * MEBIBYTE;
const BOUND = 32;

/** Milliseconds between two samples. */
const INTERVAL = 50;

/** This part of the samples warms up. */
const WARM_UP = 1 / 8;

interface Settings {
  readonly assert: boolean;
  readonly json: boolean;
  readonly only: string;
}

async function compare({ only, json }: Settings): Promise<number> {
  const chosen = jobs().filter((job) => nameOf(job).includes(only));
  if (chosen.length === 0) {
    throw new UsageError(
      `Cannot use --only: expected a part of "${
        nameOf(jobs()[0])
      }" or the like, received "${only}"`,
    );
  }
  const figures: Figure[] = [];
  for (const job of chosen) figures.push(...await observe(nameOf(job), job));
  if (json) console.log(JSON.stringify(figures, undefined, 2));
  else report(figures);
  return 0;
}

function jobs(): StreamJob[] {
  const small = { size: MEBIBYTE / 16, messages: 16 * 1_024, between: 16 };
  const large = { size: MEBIBYTE, messages: STREAM / MEBIBYTE, between: 1 };
  return [small, large].flatMap((messages): StreamJob[] => [
    { kind: "download", slow: "client", ...messages },
    { kind: "upload", slow: "server", ...messages },
    { kind: "both", slow: "client", ...messages },
    { kind: "both", slow: "server", ...messages },
  ]);
}

function nameOf({ kind, slow, size }: StreamJob): string {
  return `${kind}, ${size / 1_024} KiB messages, slow ${slow}`;
}

/** Runs one stream between fresh processes, and watches both. */
async function observe(name: string, job: StreamJob): Promise<Figure[]> {
  await using pair = await Pair.start(COMMAND);
  const start = performance.now();
  const samples = { server: [] as number[], client: [] as number[] };
  let isDone = false;
  const sampling = (async () => {
    while (!isDone) {
      samples.server.push(memoryOf(pair.server));
      samples.client.push(memoryOf(pair.client));
      await delay(INTERVAL);
    }
  })();
  await pair.client.ask(job);
  await pair.client.answer();
  isDone = true;
  await sampling;
  const seconds = (performance.now() - start) / 1_000;
  return [
    { name: `${name}: time`, value: seconds, unit: "s", bound: 60 },
    ...figuresOf(`${name}: server`, samples.server),
    ...figuresOf(`${name}: client`, samples.client),
  ];
}

function memoryOf(program: Program): number {
  return program.anonymousMemory / MEBIBYTE;
}

function figuresOf(name: string, samples: readonly number[]): Figure[] {
  const warm = samples.slice(samples.length * WARM_UP);
  const most = Math.max(...warm);
  const growth = most - Math.min(...warm);
  return [
    { name: `${name}, growth`, value: growth, unit: "MiB", bound: BOUND },
    { name: `${name}, most`, value: most, unit: "MiB" },
  ];
}

if (import.meta.main) {
  await runTask<Settings>({
    name: "stream_memory.ts",
    program: "deno run -A tests/bench/stream_memory.ts",
    purpose: "Measures the memory of both ends of a stream whose reader is" +
      " slow. Linux only; takes two minutes.",
    examples: [
      "deno run -A tests/bench/stream_memory.ts --assert",
      'deno run -A tests/bench/stream_memory.ts --only "upload, 64 KiB"',
    ],
    flags: [
      {
        flags: "--only <text>",
        help: "A part of the names of the streams to measure",
        value: "",
        shown: "all",
      },
      { flags: "--assert", help: "End with 1 if a figure is above its bound" },
      JSON_FLAG,
    ],
  }, compare);
}
