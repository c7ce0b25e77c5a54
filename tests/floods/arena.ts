import { onDeno } from "../bench/calls_stacks.ts";
import { Program } from "../bench/calls_process.ts";
import { Attack, type AttackLimits } from "./attack.ts";
import type { AttackEnd } from "./attack_socket.ts";
import type { Seen } from "./programs/honest.ts";
import type { FloodRow } from "./row.ts";

const SERVER = onDeno(
  new URL("programs/server.ts", import.meta.url),
  "--v8-flags=--expose-gc",
);
const CLIENT = onDeno(
  new URL("programs/client.ts", import.meta.url),
  "--v8-flags=--expose-gc",
);

/** Milliseconds between two samples of the memory. */
const SAMPLE = 20;

/** Milliseconds of honest calls before the attack, to compare with. */
const CALM = 300;

/** Milliseconds for which honest calls are watched, at least. */
const WATCH = 600;

/** Milliseconds after the attack until the memory is looked at again. */
const REST = 300;

/** What a flood has led to. */
export interface Outcome {
  /** How the first connection was ended; `undefined` if it was not. */
  readonly end: AttackEnd | undefined;
  /** Connections that were ended, of how many. */
  readonly ended: readonly [ended: number, connections: number];
  /** Octets that were sent, on all connections. */
  readonly octets: number;
  /** Nanoseconds of processor time of the attacked process for each octet. */
  readonly cost: number;
  /** Octets of anonymous memory of the attacked process. */
  readonly memory: {
    readonly before: number;
    readonly peak: number;
    readonly after: number;
  };
  /** Milliseconds of the slowest honest call before the attack. */
  readonly calm: number;
  /** What honest calls on another connection have seen meanwhile. */
  readonly honest: Seen;
}

/** Where a server listens. */
interface Ports {
  /** The port that is attacked. */
  readonly port: number;
  /** The port of honest calls: another one, if TLS is attacked. */
  readonly honestPort: number;
}

/** How much more an attack may take that is to be ended, on a busy machine. */
const INSISTENCE = 8;

/** Lets an attack run against processes of their own. */
export async function run(
  row: FloodRow,
  given: AttackLimits,
): Promise<Outcome> {
  const more = row.expect.kind === "ended" ? INSISTENCE : 1;
  const { time, octets, connections } = given;
  const limits = { time: time * more, octets: octets * more, connections };
  return row.role === "server"
    ? await attackServer(row, limits)
    : await attackClient(row, limits);
}

async function attackServer(
  row: FloodRow,
  limits: AttackLimits,
): Promise<Outcome> {
  const options = JSON.stringify(await row.server?.() ?? {});
  await using server = new Program([...SERVER, options]);
  const { port, honestPort } = await server.answer<Ports>();
  await using client = new Program([...CLIENT, `127.0.0.1:${honestPort}`]);
  await client.answer();
  const attack = () => new Attack(port, limits);
  return await observe(row, server, client, attack);
}

async function attackClient(
  row: FloodRow,
  limits: AttackLimits,
): Promise<Outcome> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using server = new Program([...SERVER]);
  const { port } = await server.answer<Ports>();
  const targets = [`127.0.0.1:${port}`, `127.0.0.1:${listener.addr.port}`];
  await using client = new Program([...CLIENT, ...targets]);
  await client.answer();
  const attack = () => new Attack(0, limits, () => listener.accept());
  return await observe(row, client, client, attack);
}

async function observe(
  row: FloodRow,
  attacked: Program,
  client: Program,
  begin: () => Attack,
): Promise<Outcome> {
  await pause(CALM);
  await collected(attacked);
  const { slowest: calm } = await ask<Seen>(client);
  const memory = new MemoryWatch(attacked);
  const cpu = attacked.cpu;
  const since = performance.now();
  const attack = begin();
  try {
    await row.attack(attack);
  } finally {
    memory.stop();
  }
  // It answers once it has worked off what had come.
  const early = await ask<Seen>(attacked);
  const spent = attacked.cpu - cpu;
  const ends = attack.sockets.map(({ end }) => end);
  attack.close();
  await pause(Math.max(0, since + WATCH - performance.now()));
  const late = await ask<Seen>(client);
  const honest = client === attacked ? joined(early, late) : late;
  await pause(REST);
  await collected(attacked);
  const octets = attack.sockets.reduce((sum, { octets }) => sum + octets, 0);
  return {
    end: ends[0],
    ended: [ends.filter((end) => end !== undefined).length, ends.length],
    octets,
    cost: spent * 1_000 / Math.max(octets, 1),
    memory: { ...memory.range, after: attacked.anonymousMemory },
    calm,
    honest,
  };
}

function joined(early: Seen, late: Seen): Seen {
  return {
    calls: early.calls + late.calls,
    slowest: Math.max(early.slowest, late.slowest),
    failures: [...early.failures, ...late.failures],
  };
}

/** Asks a program for what it answers to every line. */
async function ask<T>(program: Program): Promise<T> {
  await program.ask({});
  return await program.answer<T>();
}

/** Milliseconds for a server to see that its clients have left. */
const LEAVING = 5_000;

/**
 * The connections of the attacker are gone, and the garbage is collected, twice:
 * what it frees may free more.
 */
async function collected(program: Program): Promise<void> {
  const by = performance.now() + LEAVING;
  let left = Infinity;
  while (left > 1 && performance.now() < by) {
    const { connections } = await ask<{ connections?: number }>(program);
    left = connections ?? 0;
    if (left > 1) await pause(50);
  }
  await ask(program);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Samples the memory of a program from outside. */
class MemoryWatch {
  readonly #program: Program;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #before: number;
  #peak: number;

  constructor(program: Program) {
    this.#program = program;
    this.#before = program.anonymousMemory;
    this.#peak = this.#before;
    this.#timer = setInterval(() => this.#sample(), SAMPLE);
  }

  get range(): { before: number; peak: number } {
    return { before: this.#before, peak: this.#peak };
  }

  stop(): void {
    this.#sample();
    clearInterval(this.#timer);
  }

  #sample(): void {
    this.#peak = Math.max(this.#peak, this.#program.anonymousMemory);
  }
}
