import { assertEquals } from "@std/assert";
import { StreamMap } from "../../src/collections/mod.ts";
import { assertCostRatio, once } from "../harness/cost_ratio.ts";
import { withSeed } from "../harness/seed.ts";

Deno.test("A fresh map has nothing", () => {
  const map = new StreamMap<string>();
  assertEquals(map.size, 0);
  assertEquals(map.get(1), undefined);
  assertEquals(map.delete(1), false);
  assertEquals(map.ids(), []);
  assertEquals(map.values(), []);
});

Deno.test("A value replaces the one before", () => {
  const map = new StreamMap<string>();
  map.set(1, "a");
  map.set(1, "b");
  assertEquals([map.size, map.get(1)], [1, "b"]);
});

Deno.test("What is deleted is gone, once", () => {
  const map = new StreamMap<string>();
  map.set(1, "a");
  assertEquals(map.delete(1), true);
  assertEquals(map.delete(1), false);
  assertEquals([map.size, map.get(1)], [0, undefined]);
});

Deno.test("Identifiers and values ascend, however they were set", () => {
  const map = new StreamMap<string>();
  for (const id of [9, 2 ** 31 - 1, 1, 17, 5]) map.set(id, `v${id}`);
  assertEquals(map.ids(), [1, 5, 9, 17, 2 ** 31 - 1]);
  assertEquals(map.values(), ["v1", "v5", "v9", "v17", "v2147483647"]);
});

Deno.test("The map can be used while its values are gone through", () => {
  const map = new StreamMap<number>();
  for (let id = 1; id < 100; id += 2) map.set(id, id);
  for (const id of map.values()) map.delete(id);
  assertEquals(map.size, 0);
});

Deno.test("A cleared map is empty, and so is every other fresh one", () => {
  const map = new StreamMap<string>();
  map.set(1, "a");
  map.clear();
  assertEquals([map.size, map.get(1)], [0, undefined]);
  map.set(3, "b");
  map.clear();
  map.set(5, "c");
  assertEquals(map.ids(), [5]);
  assertEquals(new StreamMap<string>().get(5), undefined);
});

Deno.test(
  "It answers as a Map does, whatever comes and goes",
  withSeed((random) => {
    for (let run = 0; run < 50; run++) {
      const map = new StreamMap<number>(random.below(1_000) / 1_000);
      const expected = new Map<number, number>();
      // Steps of powers of two meet in one slot.
      const step = 2 ** (1 + random.below(12));
      const range = random.pick([60, 600]);
      for (let turn = 0; turn < 2_000; turn++) {
        const id = 1 + step * random.below(range);
        if (random.oneIn(2)) {
          map.set(id, turn);
          expected.set(id, turn);
        } else {
          assertEquals(map.delete(id), expected.delete(id));
        }
        assertEquals(map.size, expected.size);
        const probed = 1 + step * random.below(range);
        assertEquals(map.get(probed), expected.get(probed));
      }
      const ids = [...expected.keys()].sort((a, b) => a - b);
      assertEquals(map.ids(), ids);
      assertEquals(map.values(), ids.map((id) => expected.get(id)));
    }
  }),
);

Deno.test("Identifiers that a peer chooses to meet in one slot are found as fast as others", () => {
  const fill = (step: number) => {
    const map = new StreamMap<number>(0.123);
    for (let i = 0; i < 8_000; i++) map.set(1 + step * i, i);
    for (let i = 0; i < 8_000; i++) map.delete(1 + step * i);
  };
  // One after the other, each would be searched for past all before it.
  assertCostRatio({
    of: once(() => fill(2 ** 17)),
    to: once(() => fill(2)),
    below: 50,
  });
});

Deno.test("The values can be gone through without a copy", () => {
  const map = new StreamMap<number>();
  for (let id = 1; id < 1_000; id += 2) map.set(id, id);
  map.delete(5);
  const values: number[] = [];
  map.forEach((value) => values.push(value));
  assertEquals(values.sort((a, b) => a - b), map.values());
  assertEquals(map.idsAbove(995), [997, 999]);
});
