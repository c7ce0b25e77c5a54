/**
 * What `transport.ping()` costs over loopback, against a bare ping-pong of 17
 * octets with `conn.read` and `conn.write`: both ends of both in one process,
 * all sockets with `setNoDelay`.
 *
 * ```sh
 * deno run --allow-net=127.0.0.1 tests/bench/ping_bench.ts --assert
 * deno bench --allow-net=127.0.0.1 tests/bench/ping_bench.ts
 * ```
 *
 * The first takes turns between the two in many short rounds and compares
 * their medians; the bound is a ratio of 1.25. The second measures one after
 * the other, without a bound.
 *
 * @module
 */
import { dial, listen } from "../../src/transport/mod.ts";
import { median, report, requireFlags } from "./measure.ts";

const BOUND = 1.25;
const ROUNDS = 1_000;
const PINGS_A_ROUND = 50;
const WARM_UP_ROUNDS = 100;
const PING_LENGTH = 17;

if (import.meta.main) {
  requireFlags(
    "Usage: deno run --allow-net=127.0.0.1 tests/bench/ping_bench.ts [--assert]",
    ["--assert"],
  );
  await compare();
} else register();

async function compare(): Promise<void> {
  await using bare = await barePair();
  await using transport = await transportPair();
  const times: { bare: number[]; transport: number[] } = {
    bare: [],
    transport: [],
  };
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const bareTime = await timePings(bare.ping);
    const transportTime = await timePings(transport.ping);
    if (round < 0) continue;
    times.bare.push(bareTime);
    times.transport.push(transportTime);
  }
  const bareMedian = median(times.bare);
  const transportMedian = median(times.transport);
  report([
    { name: "bare ping-pong", value: bareMedian, unit: "us" },
    { name: "transport.ping()", value: transportMedian, unit: "us" },
    {
      name: "ratio",
      value: transportMedian / bareMedian,
      unit: "times",
      bound: BOUND,
    },
  ]);
}

function register(): void {
  const pairs = Promise.all([barePair(), transportPair()]);
  const group = "ping over loopback";
  Deno.bench("bare ping-pong", { group, baseline: true }, async () => {
    await (await pairs)[0].ping();
  });
  Deno.bench("transport.ping()", { group }, async () => {
    await (await pairs)[1].ping();
  });
}

/** Microseconds a ping. */
async function timePings(ping: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < PINGS_A_ROUND; i++) await ping();
  return (performance.now() - start) * 1_000 / PINGS_A_ROUND;
}

interface Pair extends AsyncDisposable {
  ping(): Promise<unknown>;
}

async function transportPair(): Promise<Pair> {
  const listener = listen({
    hostname: "127.0.0.1",
    port: 0,
    keepalive: { time: 60_000 },
    enforcement: { maxPingStrikes: 0 },
  });
  const { port } = listener.addr as Deno.NetAddr;
  const client = await dial(`127.0.0.1:${port}`, {
    keepalive: { time: 60_000, permitWithoutStream: true },
  });
  return {
    ping: () => client.ping(),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await listener.close();
    },
  };
}

async function barePair(): Promise<Pair> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = listener.accept();
  const { port } = listener.addr as Deno.NetAddr;
  const client = await Deno.connect({ hostname: "127.0.0.1", port });
  const server = await accepting;
  listener.close();
  for (const conn of [client, server]) conn.setNoDelay(true);
  const echoing = echo(server);
  const octets = new Uint8Array(PING_LENGTH);
  return {
    ping: async () => {
      await client.write(octets);
      await client.read(octets);
    },
    [Symbol.asyncDispose]: async () => {
      client.close();
      await echoing;
    },
  };
}

async function echo(conn: Deno.TcpConn): Promise<void> {
  const octets = new Uint8Array(PING_LENGTH);
  while (await conn.read(octets) !== null) await conn.write(octets);
  conn.close();
}
