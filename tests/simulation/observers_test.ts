import { assertEquals } from "@std/assert";
import type { Observer } from "../../mod.ts";
import { reported } from "../transport/support/reported.ts";
import { Echo, World } from "./support/world.ts";

/** What an observer does when it is told of something. */
type Act = (world: World, giveUp: AbortController) => void;

const BOOM = new Error("what an observer throws");

const ACTS: Record<string, Act> = {
  throws: () => {
    throw BOOM;
  },
  "gives all calls up": (_world, giveUp) => giveUp.abort(),
  "closes the channel": ({ channel }) => void channel.close(),
  "closes the server": ({ server }) => void server.close(),
  "makes a call": (world) => world.call(),
  "reads what is recorded": ({ channel, server }) => {
    channel.recordings();
    channel.stats();
    channel.counters();
    server.recordings();
  },
};

/** How often one observer does so. */
const TIMES = 2;

/** The paths that are tried: what is resolved, and how it is balanced. */
const CHANNELS = {
  "one address": { target: "dns:///echo:50051", loadBalancing: "pick_first" },
  "three addresses": {
    target: ["10.0.0.1:50051", "10.0.0.2:50051", "10.0.0.3:50051"],
    loadBalancing: "round_robin",
  },
} as const;

/** One observer for each end, which tell of each event under a name. */
function watching(told: (name: string) => void) {
  const observer = (end: string): Observer => {
    const of = (kind: string) => ({ type }: { type: string }) =>
      told(`${end} ${kind} ${type}`);
    return {
      connection: of("connection"),
      call: of("call"),
      message: of("message"),
      channel: of("channel"),
    };
  };
  return { client: observer("client"), server: observer("server") };
}

/** Half a minute of a channel, with all troubles that there are. */
async function live(
  { target, loadBalancing }: (typeof CHANNELS)[keyof typeof CHANNELS],
  told: (name: string, world: World, giveUp: AbortController) => void,
): Promise<World> {
  const giveUp = new AbortController();
  const observers = watching((name) => told(name, world, giveUp));
  const world: World = new World(1, {
    target,
    server: {
      observer: observers.server,
      keepalive: { maxConnectionAge: 4_000, maxConnectionAgeGrace: 500 },
      enforcement: { minTime: 500, permitWithoutStream: true },
    },
    channel: {
      observer: observers.client,
      loadBalancing,
      keepalive: {
        time: 1_000,
        timeout: 1_000,
        permitWithoutStream: true,
        minimumTime: 1_000,
      },
      backoff: { initialBackoff: 200, maxBackoff: 500 },
      idleTimeout: 6_000,
      verifyAfter: 500,
    },
  });
  const { clock, network, channel } = world;
  const call = () =>
    world.call(100, { deadline: 3_000, signal: giveUp.signal });
  network.silent.add("10.0.0.2:50051");
  call();
  await clock.advance(300);
  network.hosts.set("echo", ["10.0.0.2", "10.0.0.1"]);
  await clock.advance(2_000);
  call();
  const stream = Array.fromAsync(channel.serverStreaming(
    Echo.watch,
    new Uint8Array(1),
    { deadline: 2_500, signal: giveUp.signal },
  )).catch(() => {});
  await clock.advance(2_500);
  network.dark();
  call();
  await clock.advance(3_000);
  network.light();
  call();
  await clock.advance(3_000);
  network.reset();
  call();
  await clock.advance(12_000);
  await stream;
  await world.end();
  return world;
}

for (const [path, channel] of Object.entries(CHANNELS)) {
  Deno.test(`with ${path}, whatever an observer does when it is told of anything, each call ends with a status and nothing is left`, async () => {
    const names = new Set<string>();
    await live(channel, (name) => void names.add(name));
    const cases = [...names].flatMap((name) =>
      Object.entries(ACTS).map(([what, act]) => ({ name, what, act }))
    );
    for (const { name, what, act } of cases) {
      let left = TIMES;
      let did = 0;
      const errors = await reported(async () => {
        const world = await live(channel, (told, world, giveUp) => {
          if (told !== name || left === 0) return;
          left--;
          did++;
          act(world, giveUp);
        });
        const odd = world.calls.filter((each) =>
          !/ ([A-Z_]+|AbortError.*)$/.test(each)
        );
        const rest = [world.network.open, world.clock.pending];
        assertEquals({ name, what, odd, rest }, {
          name,
          what,
          odd: [],
          rest: [0, 0],
        });
      });
      const expected = what === "throws" ? Array(did).fill(BOOM) : [];
      assertEquals({ name, what, errors }, { name, what, errors: expected });
    }
  });
}
