import { assertEquals, assertThrows } from "@std/assert";
import {
  FAULTY_STREAMS,
  FloodBudget,
  USELESS_FRAMES,
} from "../../src/connection/flood_budget.ts";
import { ConnectionError, ErrorCode } from "../../src/frames/mod.ts";

function spend(budget: FloodBudget, count: number, now: number): void {
  for (let i = 0; i < count; i++) budget.spend(now, "test frame");
}

Deno.test("A burst of 1,000 frames is borne, one more is not", () => {
  const budget = new FloodBudget(USELESS_FRAMES);
  spend(budget, 1_000, 0);
  const error = assertThrows(() => spend(budget, 1, 0), ConnectionError);
  assertEquals(error.code, ErrorCode.ENHANCE_YOUR_CALM);
  assertEquals(
    error.message,
    "Received more than 1000 frames without use in a burst, the last a test frame, expected at most 500 a second (ENHANCE_YOUR_CALM)",
  );
});

Deno.test("500 frames are forgiven every second", () => {
  const budget = new FloodBudget(USELESS_FRAMES);
  spend(budget, 1_000, 0);
  spend(budget, 500, 1_000);
  assertThrows(() => spend(budget, 1, 1_000), ConnectionError);
});

Deno.test("500 frames a second are borne for ever", () => {
  const budget = new FloodBudget(USELESS_FRAMES);
  for (let now = 0; now < 60_000; now += 2) spend(budget, 1, now);
});

Deno.test("600 frames a second are too many in the long run", () => {
  const budget = new FloodBudget(USELESS_FRAMES);
  assertThrows(() => {
    for (let now = 0; now < 60_000; now += 5) spend(budget, 3, now);
  }, ConnectionError);
});

Deno.test("A long silence is no credit above the burst", () => {
  const budget = new FloodBudget(USELESS_FRAMES);
  spend(budget, 1_000, 1e9);
  assertThrows(() => spend(budget, 1, 1e9), ConnectionError);
});

Deno.test("A useful frame makes good for a useless one, before or after it", () => {
  for (const limits of [USELESS_FRAMES, FAULTY_STREAMS]) {
    const budget = new FloodBudget(limits);
    for (let i = 0; i < 100_000; i++) {
      spend(budget, 1, 0);
      budget.earn();
    }
    spend(budget, 1_000, 0);
    assertThrows(() => spend(budget, 1, 0), ConnectionError);
  }
});

Deno.test("As many as 10,000 useful frames are put to the credit of useless ones", () => {
  const budget = new FloodBudget(USELESS_FRAMES);
  for (let i = 0; i < 50_000; i++) budget.earn();
  spend(budget, 11_000, 0);
  assertThrows(() => spend(budget, 1, 0), ConnectionError);
});

Deno.test("What goes well forgives faults, but is no credit for later ones", () => {
  const budget = new FloodBudget(FAULTY_STREAMS);
  for (let i = 0; i < 50_000; i++) budget.earn();
  spend(budget, 1_000, 0);
  assertThrows(() => spend(budget, 1, 0), ConnectionError);
});

Deno.test("Time forgives, but saves nothing", () => {
  const budget = new FloodBudget(USELESS_FRAMES);
  for (let i = 0; i < 10; i++) budget.earn();
  spend(budget, 5, 0);
  spend(budget, 1_005, 100_000);
  assertThrows(() => spend(budget, 1, 100_000), ConnectionError);
});

Deno.test("Credit that is revoked is gone, as far as it is unspent", () => {
  const budget = new FloodBudget(USELESS_FRAMES);
  for (let i = 0; i < 10; i++) budget.earn();
  for (let i = 0; i < 20; i++) budget.revoke();
  spend(budget, 1_000, 0);
  assertThrows(() => spend(budget, 1, 0), ConnectionError);
});

Deno.test("What costs a part of a frame counts as that", () => {
  const budget = new FloodBudget(USELESS_FRAMES);
  for (let i = 0; i < 4_000; i++) budget.spend(0, "test frame", 0.25);
  assertThrows(() => budget.spend(0, "test frame", 0.25), ConnectionError);
});
