import { assertEquals, AssertionError, assertThrows } from "@std/assert";
import { assertCostRatio } from "./cost_ratio.ts";

/** Costs that come one after the other; the last one stays. */
function series(...costs: number[]): () => number {
  return () => costs.length > 1 ? costs.shift()! : costs[0];
}

Deno.test("A cost that is measured too high for a while is measured again", () => {
  assertCostRatio({
    of: series(900, 800, 950, 700, 30),
    to: series(5, 4, 10),
    below: 10,
  });
});

Deno.test("A cost that stays too high is a failure, whatever disturbs what it is compared to", () => {
  const bounds = { below: 10 };
  assertThrows(
    () => assertCostRatio({ ...bounds, of: () => 100, to: () => 5 }),
    AssertionError,
    "Expected less than 10 times the cost",
  );
  assertThrows(
    () => assertCostRatio({ ...bounds, of: () => 100, to: series(5, 900) }),
    AssertionError,
  );
});

Deno.test("What takes no time to speak of is compared to the floor", () => {
  let runs = 0;
  const of = () => (runs++, 9);
  assertCostRatio({ of, to: () => 0, below: 10, floor: 1 });
  assertEquals(runs, 3);
});
