import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { refusedAs } from "../harness/refused.ts";
import {
  type AgeInstruction,
  ConnectionAge,
  type ConnectionAgeOptions,
  resolveConnectionAge,
} from "../../src/keepalive/mod.ts";

function age(options: ConnectionAgeOptions, random = 0.5): ConnectionAge {
  return new ConnectionAge(resolveConnectionAge(options), 0, random);
}

/** All that a machine asks for, and when. */
function story(machine: ConnectionAge): [number, AgeInstruction][] {
  const told: [number, AgeInstruction][] = [];
  while (machine.deadline() < Infinity) {
    const now = machine.deadline();
    told.push([now, machine.advance(now)]);
  }
  return told;
}

Deno.test("a connection without limits has no deadline, idle or busy", () => {
  const machine = age({});
  assertEquals(machine.deadline(), Infinity);
  machine.busy();
  assertEquals(machine.deadline(), Infinity);
  machine.idle(5);
  assertEquals(machine.deadline(), Infinity);
  assertEquals(machine.advance(1e15), "none");
  assertEquals(machine.closeAt, Infinity);
});

Deno.test("a connection that was never used is idle from the start", () => {
  assertEquals(story(age({ maxConnectionIdle: 100 })), [[100, "drain-idle"]]);
});

Deno.test("a busy connection is not idle, however long", () => {
  const machine = age({ maxConnectionIdle: 100 });
  machine.busy();
  assertEquals(machine.deadline(), Infinity);
  assertEquals(machine.advance(1e9), "none");
});

Deno.test("idleness counts from the end of the last stream", () => {
  const machine = age({ maxConnectionIdle: 100 });
  machine.busy();
  machine.idle(90);
  assertEquals(machine.advance(189.999), "none");
  assertEquals(machine.advance(190), "drain-idle");
});

Deno.test("being told twice that it is idle does not make it idle later", () => {
  const machine = age({ maxConnectionIdle: 100 });
  machine.idle(50);
  assertEquals(machine.deadline(), 100);
});

Deno.test("a connection that was drained for idleness is so once, streams or not", () => {
  const machine = age({ maxConnectionIdle: 100 });
  assertEquals(machine.advance(100), "drain-idle");
  machine.busy();
  machine.idle(200);
  assertEquals(machine.deadline(), Infinity);
  assertEquals(machine.advance(1e9), "none");
});

Deno.test("an old connection is drained, and cut off after the grace", () => {
  const machine = age({ maxConnectionAge: 1_000, maxConnectionAgeGrace: 50 });
  assertEquals(machine.closeAt, Infinity);
  assertEquals(story(machine), [[1_000, "drain-age"], [1_050, "cut-off"]]);
});

Deno.test("the grace runs from the drain, even if that was late", () => {
  const machine = age({ maxConnectionAge: 1_000, maxConnectionAgeGrace: 50 });
  assertEquals(machine.advance(5_000), "drain-age");
  assertEquals(machine.closeAt, 5_050);
  assertEquals(machine.advance(5_050), "cut-off");
});

Deno.test("without a grace, an old connection is never cut off", () => {
  const machine = age({ maxConnectionAge: 1_000 });
  assertEquals(story(machine), [[1_000, "drain-age"]]);
  assertEquals(machine.closeAt, Infinity);
});

Deno.test("an old connection is drained while it is busy", () => {
  const machine = age({ maxConnectionAge: 1_000 });
  machine.busy();
  assertEquals(story(machine), [[1_000, "drain-age"]]);
});

Deno.test("idleness does not stop the age", () => {
  const machine = age({
    maxConnectionIdle: 100,
    maxConnectionAge: 1_000,
    maxConnectionAgeGrace: 50,
  });
  assertEquals(story(machine), [
    [100, "drain-idle"],
    [1_000, "drain-age"],
    [1_050, "cut-off"],
  ]);
});

Deno.test("age does not stop idleness", () => {
  const machine = age({ maxConnectionIdle: 100, maxConnectionAge: 1_000 });
  machine.busy();
  assertEquals(machine.advance(1_000), "drain-age");
  machine.idle(1_200);
  assertEquals(story(machine), [[1_300, "drain-idle"]]);
});

Deno.test("of two things that are due at once, the age comes first", () => {
  const machine = age({ maxConnectionIdle: 100, maxConnectionAge: 100 });
  assertEquals(machine.advance(100), "drain-age");
  assertEquals(machine.advance(100), "drain-idle");
  assertEquals(machine.advance(100), "none");
});

Deno.test("the age is drawn up to 10 % shorter or longer", () => {
  const drainAt = (random: number) =>
    age({ maxConnectionAge: 1_000 }, random).deadline();
  assertAlmostEquals(drainAt(0), 900);
  assertAlmostEquals(drainAt(0.25), 950);
  assertAlmostEquals(drainAt(0.5), 1_000);
  assertAlmostEquals(drainAt(0.999_999), 1_100, 0.001);
});

Deno.test("how far the age is drawn is an option, from not at all to twice the age", () => {
  const drainAt = (maxConnectionAgeJitter: number, random: number) =>
    age({ maxConnectionAge: 1_000, maxConnectionAgeJitter }, random).deadline();
  for (const random of [0, 0.3, 0.999]) assertEquals(drainAt(0, random), 1_000);
  assertAlmostEquals(drainAt(0.25, 0), 750);
  assertAlmostEquals(drainAt(0.25, 0.75), 1_125);
  assertEquals(drainAt(1, 0), 0);
});

for (const jitter of [-0.1, 1.1, NaN, Infinity, "0.1", null]) {
  Deno.test(`a jitter of ${JSON.stringify(jitter)} (${jitter}) is refused`, () => {
    const options = { maxConnectionAgeJitter: jitter as number };
    assertThrows(
      () => resolveConnectionAge(options),
      refusedAs(jitter, "number"),
      "Cannot use keepalive.maxConnectionAgeJitter: expected a number from 0 to 1, received",
    );
  });
}

Deno.test("idleness and grace are not drawn", () => {
  for (const random of [0, 0.999]) {
    const options = { maxConnectionAge: 1_000, maxConnectionAgeGrace: 50 };
    const machine = age({ ...options, maxConnectionIdle: 100 }, random);
    const [idle, drain, cutOff] = story(machine);
    assertEquals(idle, [100, "drain-idle"]);
    assertAlmostEquals(cutOff[0] - drain[0], 50);
  }
});
