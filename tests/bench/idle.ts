/**
 * What idle connections with keepalive cost, beside others in the same run.
 *
 * ```sh
 * deno run -A tests/bench/idle.ts
 * deno run -A tests/bench/idle.ts --side client --connections 1000
 * deno run -A tests/bench/idle.ts --only ours,bare --before ../older-checkout --threads
 * deno run -A tests/bench/idle.ts --calls
 * deno run -A tests/bench/idle.ts --flat
 * ```
 *
 * Each one measured is a process of its own, with 10,000 connections and a
 * keepalive `time` of ten seconds: a server, or with `--side client` a client
 * whose every connection has a channel of its own. The other end is always the
 * same bare program, which does no more than to answer PINGs. All of them are
 * measured in the same seconds, so that whatever else the machine does disturbs
 * them alike.
 *
 * Processor time is that of all threads of the process in the 25 seconds;
 * `--threads` says which. Memory is `RssAnon` as the kernel counts it, with no
 * garbage collection forced: that of the process, and for each connection, less
 * what the process had after 1,000 connections had come and gone. `bare` are Deno's sockets without a
 * library that send the same octets, with a timer for each connection and with
 * one for all: what Deno itself costs.
 *
 * With `--calls`, clients open a connection for a single call, with the server
 * of their own stack: the time is that from nothing to the response.
 *
 * With `--flat`, servers of this package with 10, 100, 1,000 and 10,000 connections
 * send a thousand PINGs a second each: `time` is as many milliseconds as there are
 * connections. The processor time of each PING is told, less that of a server that
 * has no connections, and as a multiple of what it is with the most of them. Of few
 * connections each PING wakes the process, of many it is one of a batch; the memory
 * of fewer than 1,000 is lost in what a process keeps of those that have gone.
 *
 * Linux only. Takes a minute and a half, and as many descriptors a process as
 * there are connections: the hard limit (`ulimit -Hn`) has to allow them.
 *
 * @module
 */
import { delay } from "@std/async";
import { JSON_FLAG, numberFlag, runTask, UsageError } from "../harness/task.ts";
import {
  BARE_PEER,
  type IdleStack,
  idleStacks,
} from "./idle_programs/stacks.ts";
import { compareCounts } from "./idle_flat.ts";
import { Field, type Row, type Rows } from "./idle_programs/field.ts";
import { Idler, type Usage } from "./idle_programs/idler.ts";
import { MissingTool } from "./calls_stacks.ts";
import { BEFORE_FLAG, COUNT, ONLY_FLAG, requireSome } from "./flags.ts";
import { median } from "./measure.ts";

/** Connections that come and go before the first measurement. */
const WARM_UP = 1_000;

/**
 * From so many connections on, what each takes is told: with fewer, that is lost
 * in what a process keeps of those that have gone.
 */
const MANY = 5_000;

/** Milliseconds in which each of those is sent a PING. */
const PINGED = 11_000;

/** Milliseconds for a process to come to rest. */
const REST = 3_000;

/** Connections with a call of each round. */
const CALLS = 40;

/** Descriptors that a process has beside those of its connections. */
const OTHER_FILES = 100;

interface Settings {
  readonly side: "server" | "client";
  readonly connections: number;
  readonly seconds: number;
  readonly spread: number;
  readonly only: string;
  readonly before?: string;
  readonly threads: boolean;
  readonly calls: boolean;
  readonly flat: boolean;
  readonly rounds: number;
  readonly json: boolean;
}

async function compareIdle(settings: Settings): Promise<Rows> {
  const { side, connections: count } = settings;
  requireDescriptors(Math.max(count, WARM_UP));
  await using field = new Field();
  for (const { name, program } of await prepared(settings)) {
    const pair = side === "server"
      ? { server: program, client: BARE_PEER }
      : { server: BARE_PEER, client: program };
    await field.add(name, () => Idler.start(name, side, pair));
  }
  await warmUp(field);
  await field.all((idler) => idler.open(count, 1_000 * settings.spread));
  await delay(PINGED);
  const before = new Map<string, Usage>();
  await field.all((idler) => void before.set(idler.name, idler.usage()));
  await delay(1_000 * settings.seconds);
  await field.all((idler) => {
    const begin = before.get(idler.name)!;
    field.rows[idler.name] = rowOf(idler, begin, idler.usage(), settings);
  });
  return field.rows;
}

async function warmUp(field: Field): Promise<void> {
  await field.all((idler) => idler.open(WARM_UP, 0));
  await delay(PINGED);
  await field.all((idler) => idler.close());
  await delay(REST);
  await field.all((idler) => idler.noteBaseline());
}

/** Deno and Go raise the soft limit to the hard one by themselves. */
function requireDescriptors(connections: number): void {
  const limits = Deno.readTextFileSync("/proc/self/limits");
  const [, hard] = /^Max open files\s+\S+\s+(\d+)/m.exec(limits) ?? [];
  const needed = connections + OTHER_FILES;
  if (hard === undefined || Number(hard) >= needed) return;
  throw new UsageError(
    `Cannot open ${connections} connections: expected ${needed} descriptors or more for a process, "ulimit -Hn" allows ${hard}`,
  );
}

function rowOf(
  idler: Idler,
  begin: Usage,
  end: Usage,
  { connections, threads }: Settings,
): Row {
  const above = (octets: number) =>
    round((octets - idler.baseline) / connections / 1_000);
  const row: Row = {
    "CPU ms": (end.cpu - begin.cpu) / 1_000,
    "MB in all": round(end.anonymous / 1e6),
  };
  if (connections >= MANY) {
    row["KB each"] = above(end.anonymous);
    row["KB each, before PINGs"] = above(idler.opened);
  }
  if (!threads) return row;
  for (const [thread, cpu] of Object.entries(end.threads)) {
    row[thread] = (cpu - (begin.threads[thread] ?? 0)) / 1_000;
  }
  return row;
}

async function compareFlat({ only, seconds }: Settings): Promise<Rows> {
  const [{ program }] = await prepared({ only: only || "ours" });
  return await compareCounts(program, seconds);
}

async function compareCalls(settings: Settings): Promise<Rows> {
  await using field = new Field();
  for (const { name, program } of await prepared(settings)) {
    if (name.startsWith("bare")) continue;
    const pair = { server: program, client: program };
    await field.add(name, () => Idler.start(name, "client", pair));
  }
  await field.all(async (idler) => void await idler.calls(10 * CALLS));
  const idlers = [...field.idlers.values()];
  const times = new Map<Idler, number[]>();
  for (let turn = 0; turn < settings.rounds; turn++) {
    for (let i = 0; i < idlers.length; i++) {
      const idler = idlers[(turn + i) % idlers.length];
      const all = await idler.calls(CALLS);
      times.set(idler, [...times.get(idler) ?? [], ...all]);
    }
  }
  for (const [{ name }, all] of times) {
    const sorted = all.toSorted((a, b) => a - b);
    field.rows[name] = {
      "p50 us": Math.round(median(all)),
      "p90 us": Math.round(sorted[Math.floor(0.9 * sorted.length)]),
    };
  }
  return field.rows;
}

async function prepared(
  { only, before }: Pick<Settings, "only" | "before">,
): Promise<{ name: string; program: IdleStack }[]> {
  const asked = only.split(",").filter((part) => part !== "");
  const stacks = idleStacks(before).filter(({ name }) =>
    asked.length === 0 || asked.some((part) => name.includes(part))
  );
  requireSome(stacks, idleStacks(before));
  const found: { name: string; program: IdleStack }[] = [];
  for (const { name, prepare } of stacks) {
    try {
      found.push({ name, program: await prepare() });
    } catch (error) {
      if (!(error instanceof MissingTool)) throw error;
      console.error(`${name}: ${error.message}`);
    }
  }
  return found;
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}

function sideOf(text: string): string {
  if (text === "server" || text === "client") return text;
  throw new UsageError(
    `Cannot use --side: expected server or client, received "${text}"`,
  );
}

if (import.meta.main) {
  await runTask<Settings>({
    name: "idle.ts",
    program: "deno run -A tests/bench/idle.ts",
    purpose: "Measures what idle connections with a keepalive time of ten" +
      " seconds cost, beside grpc-go and Deno's bare sockets in the same" +
      " seconds. Linux only; takes a minute and a half.",
    examples: [
      "deno run -A tests/bench/idle.ts --side client --connections 1000",
      "deno run -A tests/bench/idle.ts --only ours,bare --before ../older",
      "deno run -A tests/bench/idle.ts --calls",
    ],
    flags: [
      {
        flags: "--side <side>",
        help: "Which end is measured: server or client",
        value: "server",
        read: sideOf,
      },
      {
        flags: "--connections <number>",
        help: "How many for each",
        value: 10_000,
        read: numberFlag("connections", COUNT),
      },
      {
        flags: "--seconds <seconds>",
        help: "How long to measure",
        value: 25,
        read: numberFlag("seconds", { minimum: 1 }),
      },
      {
        flags: "--spread <seconds>",
        help: "In how long to open them",
        value: 20,
        read: numberFlag("spread", { minimum: 0 }),
      },
      ONLY_FLAG,
      BEFORE_FLAG,
      { flags: "--threads", help: "Processor time of each thread, too" },
      {
        flags: "--calls",
        help: "Measure connections for a single call instead",
      },
      {
        flags: "--flat",
        help: "Measure this package with few and many connections instead",
      },
      {
        flags: "--rounds <number>",
        help: "How many rounds, with --calls",
        value: 15,
        read: numberFlag("rounds", COUNT),
      },
      JSON_FLAG,
    ],
  }, async (settings) => {
    const { calls, flat } = settings;
    const compare = flat ? compareFlat : calls ? compareCalls : compareIdle;
    const rows = await compare(settings);
    if (settings.json) console.log(JSON.stringify(rows, undefined, 2));
    else console.table(rows);
    return 0;
  });
}
