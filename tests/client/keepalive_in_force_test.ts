import { assert, assertEquals, assertThrows } from "@std/assert";
import { ChannelKeepalive } from "../../src/client/connections/keepalive_in_force.ts";
import type { ClientKeepaliveOptions } from "../../src/keepalive/mod.ts";
import { withSeed } from "../harness/seed.ts";
import { refusedAs } from "../harness/refused.ts";

function timeOf(options: ClientKeepaliveOptions, random: number): number {
  return new ChannelKeepalive(options, random).inForce.time;
}

Deno.test("the default time is 300.5 to 325 s, by the random number", () => {
  assertEquals(timeOf({}, 0), 300_500);
  assertEquals(timeOf({}, 0.5), 312_750);
  assertEquals(timeOf({}, 1), 325_000);
  assertEquals(timeOf({ time: undefined }, 0), 300_500);
});

Deno.test(
  "no random number leads out of 300.5 to 325 s",
  withSeed((random) => {
    for (let i = 0; i < 1_000; i++) {
      const time = timeOf({}, random.below(2 ** 32) / 2 ** 32);
      assert(time >= 300_500 && time <= 325_000, `${time} ms`);
      assert(Number.isInteger(time), `${time} ms`);
    }
  }),
);

Deno.test("a time that is given is taken, whatever the random number, and Infinity stays off", () => {
  assertEquals(timeOf({ time: 12_345 }, 0.5), 12_345);
  assertEquals(timeOf({ time: Infinity }, 0.5), Infinity);
});

Deno.test("what is in force names the other options, too, and the connection gets them", () => {
  const keepalive = new ChannelKeepalive({
    time: 20_000,
    timeout: 3_000,
    permitWithoutStream: true,
    maxPingsWithoutData: 2,
  }, 0);
  const { since, ...inForce } = keepalive.inForce;
  assert(Math.abs(since - Date.now()) < 60_000);
  assertEquals(inForce, {
    time: 20_000,
    timeout: 3_000,
    permitWithoutStream: true,
    tooManyPings: 0,
    source: "option",
    floor: 0,
    addresses: [],
  });
  assertEquals(keepalive.options, {
    time: 20_000,
    timeout: 3_000,
    permitWithoutStream: true,
    minimumTime: 10_000,
    maxPingsWithoutData: 2,
  });
});

Deno.test("Row 85 TM-double: a connection of 10 s that was punished makes it 20 s, the next one 40 s", () => {
  const keepalive = new ChannelKeepalive({ time: 10_000 }, 0);
  assertEquals(keepalive.slowDown(10_000), true);
  assertEquals(keepalive.options.time, 20_000);
  assertEquals(keepalive.slowDown(20_000), true);
  assertEquals(keepalive.inForce.time, 40_000);
  assertEquals(keepalive.inForce.tooManyPings, 2);
});

Deno.test("Row 87 TM-max-not-product: two connections of 10 s that were punished make it 20 s, not 40", () => {
  const keepalive = new ChannelKeepalive({ time: 10_000 }, 0);
  assertEquals(keepalive.slowDown(10_000), true);
  assertEquals(keepalive.slowDown(10_000), false);
  assertEquals(keepalive.inForce.time, 20_000);
  assertEquals(keepalive.inForce.tooManyPings, 2);
});

Deno.test("a channel without keepalive stays so, also when a server complains", () => {
  const keepalive = new ChannelKeepalive({ time: Infinity }, 0);
  assertEquals(keepalive.slowDown(10_000), false);
  assertEquals(keepalive.inForce.time, Infinity);
});

Deno.test("a time below the minimum is raised, with a warning; others come without", () => {
  const low = new ChannelKeepalive({ time: 1_000 }, 0);
  assertEquals(low.inForce.time, 10_000);
  assertEquals(low.warnings.length, 1);
  assert(low.warnings[0].includes("keepalive.time is 1000 ms"));
  const allowed = new ChannelKeepalive({ time: 1_000, minimumTime: 500 }, 0);
  assertEquals([allowed.inForce.time, allowed.warnings], [1_000, []]);
  assertEquals(new ChannelKeepalive({}, 0).warnings, []);
});

const REFUSED: [string, object][] = [
  ["a time of 0", { time: 0 }],
  ["a negative time", { time: -1 }],
  ["a time of NaN", { time: NaN }],
  ["a timeout of 0", { timeout: 0 }],
  ["a permission that is no boolean", { permitWithoutStream: "yes" }],
  ["a negative minimum", { minimumTime: -1 }],
  ["half a PING", { maxPingsWithoutData: 0.5 }],
];

for (const [what, options] of REFUSED) {
  Deno.test(`the keepalive of a channel refuses ${what}`, () => {
    const make = () => new ChannelKeepalive(options, 0);
    const [[key, value]] = Object.entries(options);
    assertThrows(make, refusedAs(value, "number"), `keepalive.${key}`);
  });
}

Deno.test("the keepalive of a channel refuses an unknown key", () => {
  const options = { permitWithoutStreams: true } as ClientKeepaliveOptions;
  const make = () => new ChannelKeepalive(options, 0);
  assertThrows(make, TypeError, 'did you mean "permitWithoutStream"?');
});
