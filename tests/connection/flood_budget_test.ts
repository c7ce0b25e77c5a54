import { assertEquals, assertThrows } from "@std/assert";
import { FloodBudget } from "../../src/connection/flood_budget.ts";
import { ConnectionError, ErrorCode } from "../../src/frames/mod.ts";

function spend(budget: FloodBudget, count: number, now: number): void {
  for (let i = 0; i < count; i++) budget.spend(now, "test frame");
}

Deno.test("A burst of 1,000 frames is borne, one more is not", () => {
  const budget = new FloodBudget();
  spend(budget, 1_000, 0);
  const error = assertThrows(() => spend(budget, 1, 0), ConnectionError);
  assertEquals(error.code, ErrorCode.ENHANCE_YOUR_CALM);
  assertEquals(
    error.message,
    "Received more than 1000 frames without use in a burst, the last a test frame, expected at most 500 a second (ENHANCE_YOUR_CALM)",
  );
});

Deno.test("500 frames are forgiven every second", () => {
  const budget = new FloodBudget();
  spend(budget, 1_000, 0);
  spend(budget, 500, 1_000);
  assertThrows(() => spend(budget, 1, 1_000), ConnectionError);
});

Deno.test("500 frames a second are borne for ever", () => {
  const budget = new FloodBudget();
  for (let now = 0; now < 60_000; now += 2) spend(budget, 1, now);
});

Deno.test("600 frames a second are too many in the long run", () => {
  const budget = new FloodBudget();
  assertThrows(() => {
    for (let now = 0; now < 60_000; now += 5) spend(budget, 3, now);
  }, ConnectionError);
});

Deno.test("A long silence is no credit above the burst", () => {
  const budget = new FloodBudget();
  spend(budget, 1_000, 1e9);
  assertThrows(() => spend(budget, 1, 1e9), ConnectionError);
});
