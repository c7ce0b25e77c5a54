import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  Channel,
  type KeepaliveStore,
  type LearnedKeepalive,
} from "../../mod.ts";
import { ConsoleWarnings } from "../client/support/console_warnings.ts";
import { World } from "./support/world.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const WEEK = 7 * 24 * HOUR;
const AUTHORITY = "10.0.0.1:50051";

/** A channel that pings too often for a server that does not say so. */
function worldWith(
  learned?: KeepaliveStore,
  onStrike: () => void = () => {},
): World {
  return new World(1, {
    server: {
      onEvent: ({ type }) => type === "ping-strike" && onStrike(),
      enforcement: {
        minTime: 50 * SECOND,
        permitWithoutStream: true,
        tolerance: 0,
        advertise: false,
      },
    },
    channel: {
      onEvent: undefined,
      idleTimeout: Infinity,
      keepalive: {
        time: 10 * SECOND,
        permitWithoutStream: true,
        ...(learned && { learned }),
      },
    },
  });
}

/** Makes calls so seldom that nothing but keepalive is to be heard. */
async function live(world: World, time: number): Promise<void> {
  const end = world.clock.now() + time;
  while (world.clock.now() < end) {
    world.call();
    await world.clock.advance(Math.min(HOUR / 6, end - world.clock.now()));
  }
}

Deno.test("too_many_pings teaches a floor, a quiet week lowers it, and a complaint brings back what was proven", async () => {
  using _ = new ConsoleWarnings();
  const saved: (LearnedKeepalive | undefined)[] = [];
  const world = worldWith({
    save: (authority, learned) => {
      assertEquals(authority, AUTHORITY);
      saved.push(learned);
    },
  });
  await live(world, 24 * HOUR);
  const { keepalive } = world.channel;
  assertEquals([keepalive.time, keepalive.source, keepalive.floor], [
    80_000,
    "learned",
    80_000,
  ]);
  assertEquals(keepalive.tooManyPings, 3);
  assertEquals(saved.slice(0, 3).map((each) => each?.floor), [
    20_000,
    40_000,
    80_000,
  ]);
  assert(saved.length > 20 && saved.length < 30, `${saved.length} saves`);
  await live(world, WEEK);
  assertEquals(world.channel.keepalive.floor, 60_000);
  assertEquals(
    world.channel.keepalive.addresses[0].time,
    80_000,
    "a connection that stands becomes no faster",
  );
  await live(world, WEEK);
  assertEquals(world.channel.keepalive.floor, 45_000);
  world.channel.enterIdle();
  await live(world, HOUR);
  assertEquals(world.channel.keepalive.floor, 60_000);
  assertEquals(world.channel.keepalive.tooManyPings, 4);
  await live(world, WEEK);
  assertEquals(world.channel.keepalive.floor, 60_000);
  assertEquals(saved.at(-1)?.patience, 2 * WEEK);
  await world.end();
});

Deno.test("what was saved keeps the next process from its first strike on", async () => {
  using _ = new ConsoleWarnings();
  const store = new Map<string, string>();
  const keep: KeepaliveStore = {
    load: (authority) => JSON.parse(store.get(authority) ?? "null"),
    save: (authority, learned) =>
      void store.set(authority, JSON.stringify(learned)),
  };
  let strikes = 0;
  const first = worldWith(keep, () => strikes++);
  await live(first, HOUR);
  await first.end();
  assert(strikes > 0);
  strikes = 0;
  assert(store.get(AUTHORITY)!.length < 200, store.get(AUTHORITY));
  const second = worldWith(keep, () => strikes++);
  await live(second, 12 * HOUR);
  assertEquals(second.channel.keepalive.source, "learned");
  assertEquals(second.channel.keepalive.tooManyPings, 0);
  assertEquals(strikes, 0);
  await second.end();
});

const LEARNED: LearnedKeepalive = {
  floor: 60_000,
  proven: 0,
  since: 1_000,
  quiet: 0,
  patience: WEEK,
};

Deno.test("the first connection waits for a promise, and a second at the most", async () => {
  using _ = new ConsoleWarnings();
  const { promise, resolve } = Promise.withResolvers<LearnedKeepalive>();
  const world = worldWith({ load: () => promise });
  world.call();
  await world.clock.advance(500);
  assertEquals(world.calls, []);
  resolve(LEARNED);
  await world.clock.advance(500);
  assertEquals(world.calls.length, 1);
  const [{ time, source }] = world.channel.keepalive.addresses;
  assertEquals([time, source], [60_000, "learned"]);
  assertEquals(world.channel.keepalive.since, 1_000);
  await world.end();

  const hanging = worldWith({ load: () => new Promise(() => {}) });
  hanging.call();
  await hanging.clock.advance(1_100);
  assertEquals(hanging.calls.length, 1);
  await hanging.end();
});

const BROKEN: [what: string, store: KeepaliveStore][] = [
  ["a load that throws", {
    load: () => {
      throw new Error("broken");
    },
  }],
  ["a load that rejects", { load: () => Promise.reject(new Error("broken")) }],
  ["a load of garbage", { load: () => ({ floor: 1e300 }) as never }],
  ["a load of the garbage of others", { load: () => "[]" as never }],
  ["a save that throws", {
    save: () => {
      throw new Error("broken");
    },
  }],
  ["a save that rejects", { save: () => Promise.reject(new Error("broken")) }],
];

for (const [what, store] of BROKEN) {
  Deno.test(`${what} is told on the console, and harms nothing`, async () => {
    using warnings = new ConsoleWarnings();
    const world = worldWith(store);
    await live(world, HOUR);
    assert(world.calls.every((call) => call.endsWith(" OK")));
    assertEquals(world.channel.keepalive.floor, 80_000);
    assertMatch(
      warnings.texts.join("\n"),
      /keepalive\.learned\.(load|save) for 10\.0\.0\.1:50051 failed/,
    );
    await world.end();
  });
}

Deno.test("on request the floor is lowered at once; when there is none nothing is", async () => {
  using _ = new ConsoleWarnings();
  const world = worldWith({ load: () => LEARNED });
  assertEquals(world.channel.lowerKeepalive(), true);
  assertEquals(world.channel.keepalive.floor, 45_000);
  await live(world, HOUR);
  assertEquals(world.channel.keepalive.floor, 60_000, "the server complained");
  await world.end();
  const other = worldWith();
  assertEquals(other.channel.lowerKeepalive(), false);
  assertEquals(other.channel.keepalive.floor, 0);
  await other.end();
});

Deno.test("a server that complains all the time makes keepalive slower up to two hours", async () => {
  using _ = new ConsoleWarnings();
  const world = new World(1, {
    server: {
      onEvent: undefined,
      enforcement: {
        minTime: 1e12,
        permitWithoutStream: true,
        advertise: false,
      },
    },
    channel: {
      onEvent: undefined,
      idleTimeout: Infinity,
      keepalive: { time: 10 * SECOND, permitWithoutStream: true },
    },
  });
  for (let i = 0; i < 14; i++) {
    world.call();
    await world.clock.advance(9 * HOUR);
  }
  const { time, floor, tooManyPings } = world.channel.keepalive;
  assertEquals([time, floor], [7_200_000, 7_200_000]);
  assert(tooManyPings >= 11, `${tooManyPings}`);
  await world.end();
});

Deno.test("a store is checked when the channel is made", () => {
  const make = (learned: unknown) => () =>
    new Channel(AUTHORITY, { keepalive: { learned: learned as never } });
  assertThrows(make({ loads: () => {} }), TypeError, 'did you mean "load"?');
  assertThrows(make({ load: 1 }), TypeError, "keepalive.learned.load");
  assertThrows(make({ save: "x" }), TypeError, "keepalive.learned.save");
  for (const none of [null, 0, ""]) {
    assertThrows(make(none), TypeError, "keepalive.learned");
  }
});
