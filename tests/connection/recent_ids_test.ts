import { assertEquals } from "@std/assert";
import { RecentIds } from "../../src/connection/streams/recent_ids.ts";
import { assertCostRatio, once } from "../harness/cost_ratio.ts";

function known(ids: RecentIds, ...asked: number[]): number[] {
  return asked.filter((id) => ids.has(id));
}

Deno.test("The last identifiers are known, up to a bound", () => {
  const ids = new RecentIds(3);
  for (const id of [1, 9, 5]) ids.add(id);
  assertEquals(known(ids, 1, 3, 5, 9), [1, 5, 9]);
  ids.add(7);
  assertEquals(known(ids, 1, 5, 7, 9), [5, 7, 9]);
});

Deno.test("One that is added again makes room for none", () => {
  const ids = new RecentIds(2);
  for (const id of [1, 3, 3, 3]) ids.add(id);
  assertEquals(known(ids, 1, 3), [1, 3]);
});

Deno.test("One that was forgotten is unknown, and harms none that follows", () => {
  const ids = new RecentIds(2);
  ids.add(1);
  ids.delete(1);
  for (const id of [3, 5]) ids.add(id);
  assertEquals(known(ids, 1, 3, 5), [3, 5]);
});

Deno.test("To add one costs the same, however many are known", () => {
  const cost = (most: number) => {
    const ids = new RecentIds(most);
    for (let i = 0; i < most; i++) ids.add(2 * i + 1);
    let next = 2 * most + 1;
    return once(() => {
      for (let i = 0; i < 20_000; i++) ids.add(next += 2);
    });
  };
  assertCostRatio({ of: cost(50_000), to: cost(500), below: 20 });
});
