import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { chooseSeed } from "../harness/seed.ts";
import { PATIENCE } from "../harness/time.ts";
import { World } from "./support/world.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** When the network goes dark, and for how long. */
const DARK = { at: 20 * MINUTE, for: 40 * SECOND };

/** When the server is restarted, and how long it is away. */
const RESTART = { at: 40 * MINUTE, for: 10 * SECOND };

/** Milliseconds between calls, in turn: in the longest keepalive asks. */
const INTERVALS = [3 * SECOND, 7 * SECOND, 26 * SECOND];

/**
 * An hour of a channel and a server: connections age, keepalive watches, the
 * network is a black hole for a while, and the server is restarted.
 */
async function hour(seed: number): Promise<World> {
  const world = new World(seed, {
    server: {
      keepalive: {
        maxConnectionAge: 5 * MINUTE,
        maxConnectionAgeGrace: 10 * SECOND,
        time: 20 * SECOND,
        timeout: 2 * SECOND,
      },
      enforcement: { minTime: 5 * SECOND, permitWithoutStream: true },
    },
    channel: {
      keepalive: {
        time: 10 * SECOND,
        timeout: SECOND,
        permitWithoutStream: true,
      },
    },
  });
  const { clock, network } = world;
  let made = 0;
  const at = async (time: number) => {
    for (;;) {
      const interval = INTERVALS[made % INTERVALS.length];
      if (clock.now() + interval > time) break;
      made++;
      world.call();
      await clock.advance(interval);
    }
    await clock.advance(time - clock.now());
  };
  await at(DARK.at);
  network.dark();
  await at(DARK.at + DARK.for);
  network.light();
  await at(RESTART.at);
  const closing = world.server.shutdown({ grace: 2 * SECOND });
  await at(RESTART.at + RESTART.for);
  await closing;
  world.startServer();
  await at(60 * MINUTE);
  await world.end();
  return world;
}

/** Whether the channel has a connection that takes calls. */
function isReadyAt({ clientEvents }: World, time: number): boolean {
  const last = clientEvents.findLast(({ type, at }) =>
    at < time && ["established", "draining", "closed"].includes(type)
  );
  return last?.type === "established";
}

/** The times of calls that have failed, in milliseconds. */
function failures({ calls }: World): number[] {
  return calls.filter((call) => !call.endsWith(" OK")).map(parseFloat);
}

Deno.test("an hour of ages, keepalive, a black hole and a restart passes in no time, and each is noticed as it should be", async () => {
  const seed = chooseSeed();
  const begin = performance.now();
  const world = await hour(seed);
  const took = performance.now() - begin;
  console.log(`SEED=${seed}: an hour took ${Math.round(took)} ms`);
  const { clientEvents, serverEvents, calls, network } = world;

  const aged = serverEvents.filter((event) =>
    event.type === "draining" && event.reason === "max_age"
  );
  assert(aged.length >= 8, `${aged.length} connections retired for their age`);

  const silent = clientEvents.filter((event) =>
    event.type === "closed" && event.reason.kind === "keepalive-timeout"
  );
  assertEquals(silent.length, isReadyAt(world, DARK.at) ? 1 : 0);
  for (const { at } of silent) {
    const noticed = at - DARK.at;
    assert(
      noticed <= 12 * SECOND,
      `a dead peer was noticed after ${noticed} ms`,
    );
  }
  const asked = clientEvents.filter(({ type }) => type === "ping-sent");
  assert(asked.length > 50, `${asked.length} PINGs`);

  const excused = [DARK, RESTART].map(({ at, for: length }) =>
    [at, at + length + 10 * SECOND] as const
  );
  for (const time of failures(world)) {
    const isExcused = excused.some(([from, to]) => time >= from && time <= to);
    assert(isExcused, `a call failed after ${time} ms`);
  }
  assert(calls.length > 250, `${calls.length} calls`);
  assert(failures(world).length >= 3, "calls fail in a black hole");

  assertEquals([network.open, world.clock.pending], [0, 0]);
  assert(took < PATIENCE, `an hour took ${took} ms`);
});

Deno.test("the same seed makes the same hour, event for event, and another one another", async () => {
  const seed = chooseSeed();
  const [one, two, other] = [
    await hour(seed),
    await hour(seed),
    await hour(seed + 1),
  ].map((world) => world.log());
  assert(one.length > 700, `${one.length} lines`);
  assertEquals(one, two, `SEED=${seed}`);
  assertNotEquals(one, other);
});
