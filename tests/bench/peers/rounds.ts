/**
 * Jobs of pairs that take turns, round by round.
 *
 * @module
 */
import { figuresOf } from "../calls_figures.ts";
import type { Measured, TlsFiles } from "../calls_process.ts";
import type { BurstJob, Job } from "../calls_programs/jobs.ts";
import { OURS } from "../calls_stacks.ts";
import { addRatios, type Figures, type Row } from "../calls_table.ts";
import { type Programs, Runner } from "./runner.ts";
import type { Prepared, Setting } from "./setting.ts";
import type { Table } from "./tables.ts";

/** How often at most the first job of a pair warms it up, and a later one. */
const FIRST_WARM_UP = 40;
const WARM_UP = 12;

/** A pair is warm when it was not faster by so much for so many times. */
const GROWTH = 1.1;
const SETTLED = 4;

/** Messages, and their octets, that tell how long a stream takes. */
const FIRST_MESSAGES = 2_000;
const FIRST_OCTETS = 8_000_000;

/** Who takes so many milliseconds for a job does it once. */
const SLOW = 2_000;

/** A server and a client to measure, or what is missing for them. */
export type Contender =
  | Programs
  | { readonly name: string; readonly missing: string };

/** Each stack with itself. */
export function withItself(stack: Prepared): Contender {
  if ("missing" in stack) return stack;
  const { name, command } = stack;
  return { name, server: command, client: command };
}

/** Measures all contenders with all jobs. */
export async function takeTurns(
  setting: Setting,
  contenders: readonly Contender[],
  jobs: Record<string, Job>,
  tls?: TlsFiles,
): Promise<Table[]> {
  await using stack = new AsyncDisposableStack();
  const runners = contenders.flatMap((each) =>
    "missing" in each ? [] : [stack.use(new Runner(each, tls))]
  );
  const lacking = contenders.filter((each) => "missing" in each);
  const tables: Table[] = [];
  let warmUp = FIRST_WARM_UP;
  for (const [title, job] of Object.entries(jobs)) {
    const rows = await measureAll(setting, runners, title, job, warmUp);
    addRatios(rows, OURS);
    tables.push({ title, rows: [...rows, ...lacking] });
    warmUp = WARM_UP;
  }
  return tables;
}

/** Each round begins with another pair. */
async function measureAll(
  { rounds, milliseconds, tell }: Setting,
  all: readonly Runner[],
  title: string,
  job: Job,
  warmUp: number,
): Promise<Row[]> {
  const runners = all.filter((each) => each.begin(job));
  const jobs = new Map<Runner, Job>();
  for (const runner of runners) {
    tell(`${title}: warming up ${runner.programs.name}`);
    jobs.set(runner, await fit(runner, job, warmUp, milliseconds));
  }
  const results = new Map(runners.map((each) => [each, [] as Measured[]]));
  for (let round = 0; round < rounds; round++) {
    tell(`${title}: round ${round + 1} of ${rounds}`);
    for (let turn = 0; turn < runners.length; turn++) {
      const runner = runners[(round + turn) % runners.length];
      const before = results.get(runner)!;
      if (before.some(({ milliseconds }) => milliseconds > SLOW)) continue;
      const measured = await runner.measure(jobs.get(runner)!);
      if (measured !== undefined) before.push(measured);
    }
  }
  return runners.map((each): Row => {
    const { name } = each.programs;
    if (each.failure !== undefined) return { name, missing: each.failure };
    const figures = allFigures(job, results.get(each)!);
    return { name, figures: { [title]: figures } };
  });
}

/**
 * Warms a pair up until it gets no faster, or often enough, and makes the job as
 * long as was asked for.
 */
async function fit(
  runner: Runner,
  job: Job,
  turns: number,
  milliseconds: number,
): Promise<Job> {
  if (job.kind === "burst") {
    // So that the settings of the server are known, and its limit of streams.
    const calls = { kind: "unary", concurrency: 64, milliseconds } as const;
    if (turns === FIRST_WARM_UP) {
      await fit(runner, calls, WARM_UP, milliseconds);
    }
    await runner.measure(job);
    return job;
  }
  let rate = 0;
  let best = 0;
  for (let turn = 0, settled = 0; turn < turns && settled < SETTLED; turn++) {
    const took = await runner.measure(lasting(job, milliseconds, rate));
    if (took === undefined) break;
    rate = took.count / took.milliseconds;
    settled = rate < GROWTH * best ? settled + 1 : 0;
    best = Math.max(rate, best);
  }
  return lasting(job, milliseconds, rate);
}

/** A job that takes about so long, for one who does so much in a millisecond. */
function lasting(
  job: Exclude<Job, BurstJob>,
  milliseconds: number,
  rate: number,
): Job {
  if (!("messages" in job)) return { ...job, milliseconds };
  const { size, streams = 1 } = job;
  const messages = rate === 0
    ? Math.min(FIRST_MESSAGES, FIRST_OCTETS / size / streams)
    : rate * milliseconds / streams;
  return { ...job, messages: Math.ceil(messages) };
}

function allFigures(job: Job, results: readonly Measured[]): Figures {
  const { clientMemory, serverMemory } = results.at(-1)!;
  const count = sum(results.map((result) => result.count));
  // Of all rounds, as the kernel counts in ticks of 10 ms.
  const of = (figure: (result: Measured) => number) =>
    sum(results.map((each) => figure(each) * each.count)) / count;
  const { "CPU us/call": _, "CPU us/message": __, ...figures } = figuresOf(
    job,
    results,
  );
  return {
    ...figures,
    "CPU us client": of(({ clientCpu }) => clientCpu),
    "CPU us server": of(({ serverCpu }) => serverCpu),
    "MB client": clientMemory / 1e6,
    "MB server": serverMemory / 1e6,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
