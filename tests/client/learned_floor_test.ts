import { assertEquals } from "@std/assert";
import {
  LearnedFloor,
  QUIET_WEEK,
  readLearned,
} from "../../src/client/connections/learned_floor.ts";
import { withSeed } from "../harness/seed.ts";

const OPTION = 10_000;
const BOUND = 7_200_000;

/** A floor of 80 s, after three complaints. */
function raised(): LearnedFloor {
  const floor = new LearnedFloor();
  for (const time of [10_000, 20_000, 40_000]) floor.raise(time, time);
  return floor;
}

Deno.test("nothing is learned of quiet, and nothing to be lowered", () => {
  const floor = new LearnedFloor();
  assertEquals(floor.quiet(100 * QUIET_WEEK, OPTION, 0), false);
  assertEquals(floor.lower(OPTION, 0), false);
  assertEquals([floor.floor, floor.learned], [0, undefined]);
});

Deno.test("each complaint doubles the interval that it is about, up to two hours", () => {
  const floor = raised();
  assertEquals(floor.learned, {
    floor: 80_000,
    proven: 0,
    since: 40_000,
    quiet: 0,
    patience: QUIET_WEEK,
  });
  for (let i = 0; i < 100; i++) floor.raise(floor.floor, i);
  assertEquals(floor.floor, BOUND);
});

Deno.test("a quiet week lowers it by a quarter, a complaint about that brings back what was proven, and then it takes two weeks", () => {
  const floor = raised();
  assertEquals(floor.quiet(QUIET_WEEK - 1, OPTION, 1), false);
  assertEquals(floor.quiet(1, OPTION, 2), true);
  assertEquals([floor.floor, floor.learned?.proven], [60_000, 80_000]);
  floor.raise(60_000, 3);
  assertEquals(floor.floor, 80_000);
  assertEquals(floor.learned?.patience, 2 * QUIET_WEEK);
  floor.raise(60_000, 4);
  assertEquals(floor.floor, 80_000, "of another connection of that time");
  assertEquals(floor.learned?.patience, 2 * QUIET_WEEK);
  assertEquals(floor.quiet(QUIET_WEEK, OPTION, 5), false);
  assertEquals(floor.quiet(QUIET_WEEK, OPTION, 6), true);
  assertEquals(floor.floor, 60_000);
  floor.raise(80_000, 7);
  assertEquals(floor.floor, 160_000, "what was proven is not any more");
});

Deno.test("the patience grows to eight weeks", () => {
  const floor = raised();
  for (let i = 0; i < 20; i++) {
    floor.lower(OPTION, i);
    floor.raise(60_000, i);
  }
  assertEquals(floor.learned?.patience, 8 * QUIET_WEEK);
  assertEquals(floor.floor, 80_000);
});

Deno.test("step by step it comes down to the options, and is forgotten after one more week", () => {
  const floor = raised();
  const floors = [];
  while (floor.learned !== undefined) {
    floor.quiet(QUIET_WEEK, OPTION, 0);
    floors.push(floor.floor);
  }
  assertEquals(floors, [
    ...[60_000, 45_000, 33_750, 25_313, 18_985, 14_239, 10_679, 0, 0],
  ]);
});

Deno.test("a complaint about the options themselves brings back what was proven", () => {
  const floor = new LearnedFloor();
  floor.raise(10_000, 0);
  for (let i = 0; i < 3; i++) floor.lower(OPTION, 0);
  assertEquals(floor.floor, 0);
  floor.raise(OPTION, 0);
  assertEquals(floor.floor, 11_250);
});

Deno.test(
  "whatever happens, the floor stays within two hours, and what is saved can be loaded",
  withSeed((random) => {
    const floor = new LearnedFloor();
    for (let i = 0; i < 5_000; i++) {
      const what = random.below(3);
      if (what === 0) floor.raise(random.below(2 ** 31), i);
      else if (what === 1) floor.quiet(random.below(QUIET_WEEK), OPTION, i);
      else floor.lower(OPTION, i);
      const { learned } = floor;
      if (learned === undefined) continue;
      assertEquals(readLearned(JSON.parse(JSON.stringify(learned))), learned);
      assertEquals(floor.floor <= BOUND, true);
    }
  }),
);

const GOOD = {
  floor: 20_000,
  proven: 0,
  since: 1e12,
  quiet: 0,
  patience: QUIET_WEEK,
};

const BAD: [what: string, value: unknown][] = [
  ["a number", 20_000],
  ["a text", JSON.stringify(GOOD)],
  ["an array", [20_000]],
  ["nothing in it", {}],
  ["a floor in quotes", { ...GOOD, floor: "20000" }],
  ["a negative floor", { ...GOOD, floor: -1 }],
  ["a floor above two hours", { ...GOOD, floor: BOUND + 1 }],
  ["a floor that is no number", { ...GOOD, floor: NaN }],
  ["an infinite floor", { ...GOOD, floor: Infinity }],
  ["no patience", { ...GOOD, patience: 0 }],
  ["more patience than eight weeks", { ...GOOD, patience: 9 * QUIET_WEEK }],
  ["quiet without end", { ...GOOD, quiet: Infinity }],
];

for (const [what, value] of BAD) {
  Deno.test(`what was loaded is not taken: ${what}`, () => {
    assertEquals(readLearned(value), undefined);
  });
}

Deno.test("what was loaded is taken without what else is in it", () => {
  assertEquals(readLearned({ ...GOOD, more: "x".repeat(1e6) }), GOOD);
});

Deno.test("of what is loaded and what was learned meanwhile the stricter holds", () => {
  const floor = raised();
  floor.adopt(GOOD);
  assertEquals(floor.floor, 80_000);
  floor.adopt({ ...GOOD, floor: 90_000 });
  assertEquals(floor.floor, 90_000);
});
