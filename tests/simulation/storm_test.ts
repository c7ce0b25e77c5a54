import { assert, assertEquals } from "@std/assert";
import { Channel, implement, serve, type Server } from "../../mod.ts";
import type { ChannelEvent, ChannelOptions, Observer } from "../../mod.ts";
import { Random } from "../harness/seed.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { VirtualNetwork } from "../harness/virtual_network.ts";
import { ADDRESS, Echo } from "./support/world.ts";

const CHANNELS = 500;
const SEED = 7;

/** When the server is gone. */
const LOST_AT = 5_000;

/** What became of a fleet of channels whose one server restarts. */
interface Storm {
  /** When each attempt to connect began after the loss. */
  readonly dials: number[];
  /** Milliseconds that each call took, in order. */
  readonly waits: number[];
  /** Channels that are READY in the end. */
  readonly ready: number;
}

/** The times at which a fleet of channels connects to a server that restarts. */
async function storm(
  options: ChannelOptions,
  { outage = 50, callsAt = [] }: {
    /** Milliseconds until there is another server. */
    readonly outage?: number;
    /** Milliseconds after the loss at which each channel makes a call. */
    readonly callsAt?: readonly number[];
  } = {},
): Promise<Storm> {
  const clock = new VirtualClock();
  const chance = new Random(SEED);
  const random = () => chance.below(2 ** 30) / 2 ** 30;
  const network = new VirtualNetwork(clock, { latency: 5, random });
  const dials: number[] = [];
  const observer: Observer = {
    channel: ({ type, at }: ChannelEvent) => {
      if (type === "connect-started" && at >= LOST_AT) dials.push(at - LOST_AT);
    },
  };
  const [hostname, port] = ADDRESS.split(":");
  const start = () =>
    serve({ clock, network, random, hostname, port: Number(port) }, [
      implement(Echo, { unary: (request) => request, watch: () => nothing() }),
    ]);
  let server = start();
  const channels = Array.from({ length: CHANNELS }, () =>
    new Channel(ADDRESS, {
      clock,
      network,
      random,
      observer,
      loadBalancing: "round_robin",
      ...options,
    }));
  for (const channel of channels) channel.connect();
  await clock.advance(LOST_AT);
  assertEquals(readyOf(channels), CHANNELS);
  const waits: Promise<number>[] = [];
  for (const [i, at] of callsAt.entries()) {
    clock.timer(1 + at, () => waits.push(waitOf(channels[i], clock)));
  }
  let lost: Promise<void> | undefined;
  clock.timer(1, () => lost = server.close());
  clock.timer(1 + outage, () => server = start());
  await clock.advance(60_000);
  await lost;
  const storm = { dials, ready: readyOf(channels) };
  await end(clock, server, channels);
  return { ...storm, waits: await Promise.all(waits) };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function readyOf(channels: readonly Channel[]): number {
  return channels.filter(({ state }) => state === "READY").length;
}

async function waitOf(channel: Channel, clock: VirtualClock): Promise<number> {
  const began = clock.now();
  await channel.unary(Echo.unary, new Uint8Array(1), { waitForReady: true });
  return clock.now() - began;
}

async function end(
  clock: VirtualClock,
  server: Server,
  channels: readonly Channel[],
): Promise<void> {
  const ends = channels.map((channel) => channel.close());
  await clock.advance(5_000);
  await Promise.all([...ends, server.close()]);
}

/** The most that began within so many milliseconds. */
function peak(times: readonly number[], width: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let most = 0;
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while (sorted[last] - sorted[first] >= width) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

Deno.test("of 500 channels whose server restarts, at least five times fewer connect in any 100 ms than without the spread", async () => {
  const before = await storm({ reconnectSpread: 0 });
  const after = await storm({});
  const peaks = [peak(before.dials, 100), peak(after.dials, 100)];
  console.log(`seed ${SEED}: ${peaks.join(" and ")} attempts in 100 ms`);
  assert(peaks[0] >= CHANNELS, `${peaks[0]}`);
  assert(peaks[1] * 5 <= peaks[0], peaks.join());
  assertEquals([before.ready, after.ready], [CHANNELS, CHANNELS]);
});

/** A handshake, SETTINGS and a call, 10 ms for each way and back. */
const CONNECTING = 40;

Deno.test("no call waits for the spread: one that comes at once, or meanwhile, has the attempt begin", async () => {
  const callsAt = Array.from({ length: CHANNELS }, (_, i) => 2 * i);
  const before = await storm({ reconnectSpread: 0 }, { outage: 0, callsAt });
  const after = await storm({}, { outage: 0, callsAt });
  const longest = ({ waits }: Storm) => Math.max(...waits);
  console.log(
    `seed ${SEED}: at most ${longest(after)} and ${longest(before)} ms`,
  );
  assertEquals(after.waits.length, CHANNELS);
  assert(after.waits[0] <= before.waits[0], `${after.waits[0]} ms`);
  assert(longest(after) <= Math.max(longest(before), CONNECTING));
});

Deno.test("a call whose connection is lost has the attempt begin at once, however long the spread", async () => {
  const after = await storm({ reconnectSpread: 60_000 }, {
    outage: 0,
    callsAt: Array(CHANNELS).fill(-1),
  });
  assertEquals(peak(after.dials, 1), CHANNELS);
  assert(Math.max(...after.waits) <= CONNECTING + 1, `${after.waits}`);
});
