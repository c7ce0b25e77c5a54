/**
 * The server of `idle_memory.ts`: listens, and measures itself for each line
 * that it reads. Needs `--v8-flags=--expose-gc`; with `--recorder` it records what
 * happens, as `serve` does.
 *
 * @module
 */
import { delay } from "@std/async";
import { requireFlags } from "./measure.ts";
import { recordedBy, Recorder } from "../../src/recorder/mod.ts";
import { listenRecorded, type Transport } from "../../src/transport/mod.ts";

/** Milliseconds: enough to connect and to measure before a PING is due. */
const KEEPALIVE_TIME = 15_000;

/** What the server says of itself. */
export interface Measurement {
  /** Octets of anonymous memory. */
  readonly anonymous: number;
  /** Octets of the JavaScript heap that are in use. */
  readonly heap: number;
  /** Open connections. */
  readonly connections: number;
  /** Connections whose keepalive is armed: it waits for silence. */
  readonly armed: number;
  /** Keepalive PINGs sent. */
  readonly sent: number;
  /** Keepalive PINGs acknowledged. */
  readonly acked: number;
}

if (import.meta.main) {
  requireFlags("Usage: idle_server.ts [--recorder]: see idle_memory.ts", [
    "--recorder",
  ]);
  await serve();
}

async function serve(): Promise<void> {
  await using listener = listenRecorded(
    {
      hostname: "127.0.0.1",
      port: 0,
      keepalive: { time: KEEPALIVE_TIME },
    },
    undefined,
    recordedBy(new Recorder(), Deno.args.includes("--recorder")),
  );
  console.log((listener.addr as Deno.NetAddr).port);
  for await (const _ of Deno.stdin.readable) {
    console.log(JSON.stringify(await measure(listener.transports)));
  }
}

async function measure(
  transports: ReadonlySet<Transport>,
): Promise<Measurement> {
  const counts = { connections: 0, armed: 0, sent: 0, acked: 0 };
  for (const transport of transports) {
    const { keepAlivesSent, keepAlivesAcked } = transport.counters();
    counts.connections++;
    counts.armed += transport.keepalive?.kind === "waiting" ? 1 : 0;
    counts.sent += keepAlivesSent;
    counts.acked += keepAlivesAcked;
  }
  await collectGarbage();
  const heap = Deno.memoryUsage().heapUsed;
  return { anonymous: anonymousMemory(), heap, ...counts };
}

/** Collects all there is, and gives back what V8 keeps for new objects. */
async function collectGarbage(): Promise<void> {
  const { gc } = globalThis as unknown as { gc(options: object): void };
  for (let i = 0; i < 3; i++) {
    gc({ type: "major", execution: "sync", flavor: "last-resort" });
    await delay(100);
  }
}

function anonymousMemory(): number {
  const status = Deno.readTextFileSync("/proc/self/status");
  const kibibytes = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error("Found no RssAnon in /proc");
  return Number(kibibytes) * 1_024;
}
