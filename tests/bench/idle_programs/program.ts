/**
 * The frame of the programs of `idle.ts` in TypeScript: a server says where it
 * listens, a client is told how many connections to open, and when to close.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";

/** What a client is told. */
export type Order =
  /** Opens so many connections, evenly over so many milliseconds. */
  | { readonly open: number; readonly spread: number }
  /** Closes all of them. */
  | { readonly close: true }
  /** Tells how many PINGs were answered so far. */
  | { readonly pings: true }
  /** Opens connections one after the other, each with a call, and closes them. */
  | { readonly calls: number };

/** Connections of a client. */
export interface Peers {
  /** Opens one; resolves once it is there. */
  open(): Promise<void>;
  /** Closes all. */
  close(): void | Promise<void>;
  /** How many PINGs of the other end were answered. */
  pings?(): number;
  /** Opens one, and makes a call on it; answers with what closes it. */
  call?(): Promise<() => Promise<void>>;
}

/** The two roles of a program. */
export interface Roles {
  /** Listens, and answers with the port. */
  serve(): number;
  /** Connects to nothing yet. */
  connect(target: string): Peers;
}

/** Connections that are being opened at once. */
const OPENING = 64;

/** The milliseconds of `--time`, or others without. */
export function timeFlag(otherwise: number): number {
  const at = process.argv.indexOf("--time");
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

/** Runs the role that the command line asks for. */
export async function run({ serve, connect }: Roles): Promise<void> {
  const [role, target] = process.argv.slice(2);
  if (role === "server") return answer({ port: serve() });
  if (role !== "client" || target === undefined) {
    console.error("Usage: server | client <host:port>, and flags: see idle.ts");
    process.exit(2);
  }
  const peers = connect(target);
  answer({});
  for await (const line of createInterface({ input: process.stdin })) {
    answer(await obey(peers, JSON.parse(line)));
  }
  process.exit();
}

async function obey(peers: Peers, order: Order): Promise<unknown> {
  if ("open" in order) await openAll(peers, order.open, order.spread);
  else if ("pings" in order) return peers.pings?.() ?? 0;
  else if ("calls" in order) return await timeCalls(peers, order.calls);
  else await peers.close();
  return {};
}

async function openAll(
  peers: Peers,
  count: number,
  spread: number,
): Promise<void> {
  const begin = performance.now();
  const opening = new Set<Promise<void>>();
  for (let i = 0; i < count; i++) {
    const early = begin + spread * i / count - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    const one = peers.open().finally(() => opening.delete(one));
    opening.add(one);
    if (opening.size === OPENING) await Promise.race(opening);
  }
  await Promise.all(opening);
}

/** Microseconds from the beginning of each to the response. */
async function timeCalls(peers: Peers, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const begin = performance.now();
    const close = await peers.call?.();
    times.push((performance.now() - begin) * 1_000);
    await close?.();
  }
  return times;
}

function answer(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
