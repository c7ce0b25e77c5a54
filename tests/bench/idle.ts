/**
 * What idle connections with keepalive cost, beside others in the same run.
 *
 * ```sh
 * deno run -A tests/bench/idle.ts
 * deno run -A tests/bench/idle.ts --side client --connections 1000
 * deno run -A tests/bench/idle.ts --only ours,bare --before ../older-checkout --threads
 * deno run -A tests/bench/idle.ts --calls
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
 * garbage collection forced, for each connection, less what the process had
 * after 1,000 connections had come and gone. `bare` are Deno's sockets without a
 * library that send the same octets, with a timer for each connection and with
 * one for all: what Deno itself costs.
 *
 * With `--calls`, clients open a connection for a single call, with the server
 * of their own stack: the time is that from nothing to the response.
 *
 * Linux only. Takes a minute and a half, and as many descriptors a process as
 * there are connections: the hard limit (`ulimit -Hn`) has to allow them.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { delay } from "@std/async";
import {
  BARE_PEER,
  type IdleStack,
  idleStacks,
} from "./idle_programs/stacks.ts";
import { Idler, type Usage } from "./idle_programs/idler.ts";
import { MissingTool } from "./calls_stacks.ts";
import { median } from "./measure.ts";

const { values: flags } = parseArgs({
  args: Deno.args,
  options: {
    side: { type: "string", default: "server" },
    connections: { type: "string", default: "10000" },
    seconds: { type: "string", default: "25" },
    spread: { type: "string", default: "20" },
    only: { type: "string", default: "" },
    before: { type: "string" },
    threads: { type: "boolean", default: false },
    calls: { type: "boolean", default: false },
    rounds: { type: "string", default: "15" },
    json: { type: "boolean", default: false },
  },
});

/** Connections that come and go before the first measurement. */
const WARM_UP = 1_000;

/** Milliseconds in which each of those is sent a PING. */
const PINGED = 11_000;

/** Milliseconds for a process to come to rest. */
const REST = 3_000;

/** Connections with a call of each round. */
const CALLS = 40;

if (import.meta.main) await (flags.calls ? compareCalls() : compareIdle());

type Row = Record<string, string | number>;

async function compareIdle(): Promise<void> {
  const side = flags.side === "client" ? "client" : "server";
  const count = Number(flags.connections);
  await using stack = new AsyncDisposableStack();
  const idlers: Idler[] = [];
  for (const { name, program } of await prepared()) {
    const pair = side === "server"
      ? { server: program, client: BARE_PEER }
      : { server: BARE_PEER, client: program };
    idlers.push(stack.use(await Idler.start(name, side, pair)));
  }
  await warmUp(idlers);
  await Promise.all(idlers.map((idler) => idler.open(count, spread())));
  await delay(PINGED);
  const before = idlers.map((idler) => idler.usage());
  await delay(1_000 * Number(flags.seconds));
  const after = idlers.map((idler) => idler.usage());
  const rows: Record<string, Row> = {};
  idlers.forEach((idler, i) =>
    rows[idler.name] = rowOf(idler, before[i], after[i], count)
  );
  print(rows);
}

function spread(): number {
  return 1_000 * Number(flags.spread);
}

async function warmUp(idlers: readonly Idler[]): Promise<void> {
  await Promise.all(idlers.map((idler) => idler.open(WARM_UP, 0)));
  await delay(PINGED);
  await Promise.all(idlers.map((idler) => idler.close()));
  await delay(REST);
  for (const idler of idlers) idler.noteBaseline();
}

function rowOf(idler: Idler, begin: Usage, end: Usage, count: number): Row {
  const milliseconds = (end.cpu - begin.cpu) / 1_000;
  const row: Row = {
    "CPU ms": milliseconds,
    "KB each": round((end.anonymous - idler.baseline) / count / 1_000),
    "KB each, before PINGs": round(
      (idler.opened - idler.baseline) / count / 1_000,
    ),
  };
  if (!flags.threads) return row;
  for (const [thread, cpu] of Object.entries(end.threads)) {
    row[thread] = (cpu - (begin.threads[thread] ?? 0)) / 1_000;
  }
  return row;
}

async function compareCalls(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const idlers: Idler[] = [];
  for (const { name, program } of await prepared()) {
    if (program === BARE_PEER || name.startsWith("bare")) continue;
    const pair = { server: program, client: program };
    idlers.push(stack.use(await Idler.start(name, "client", pair)));
  }
  for (const idler of idlers) await idler.calls(10 * CALLS);
  const times = new Map<Idler, number[]>();
  for (let turn = 0; turn < Number(flags.rounds); turn++) {
    for (let i = 0; i < idlers.length; i++) {
      const idler = idlers[(turn + i) % idlers.length];
      const all = await idler.calls(CALLS);
      times.set(idler, [...times.get(idler) ?? [], ...all]);
    }
  }
  const rows: Record<string, Row> = {};
  for (const [{ name }, all] of times) {
    const sorted = all.toSorted((a, b) => a - b);
    rows[name] = {
      "p50 us": Math.round(median(all)),
      "p90 us": Math.round(sorted[Math.floor(0.9 * sorted.length)]),
    };
  }
  print(rows);
}

async function prepared(): Promise<{ name: string; program: IdleStack }[]> {
  const asked = flags.only.split(",").filter((part) => part !== "");
  const found: { name: string; program: IdleStack }[] = [];
  for (const { name, prepare } of idleStacks(flags.before)) {
    if (asked.length > 0 && !asked.some((part) => name.includes(part))) {
      continue;
    }
    try {
      found.push({ name, program: await prepare() });
    } catch (error) {
      if (!(error instanceof MissingTool)) throw error;
      console.error(`${name}: ${error.message}`);
    }
  }
  return found;
}

function print(rows: Record<string, Row>): void {
  if (flags.json) console.log(JSON.stringify(rows, undefined, 2));
  else console.table(rows);
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}
