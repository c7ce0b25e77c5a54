import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { Later, LONGEST_DELAY } from "../../src/runtime/mod.ts";

/** A timer, and when it fired. */
function timer(): {
  later: Later;
  firedAt: number[];
  plan: (delay: number) => void;
} {
  const later = new Later();
  const firedAt: number[] = [];
  const plan = (delay: number) =>
    later.plan(delay, () => firedAt.push(Date.now()));
  return { later, firedAt, plan };
}

for (const delay of [0, 1, 5_000, LONGEST_DELAY]) {
  Deno.test(`a timer of ${delay} ms fires once, after that time and not before`, () => {
    using time = new FakeTime(0);
    const { firedAt, plan } = timer();
    plan(delay);
    if (delay > 0) time.tick(delay - 1);
    assertEquals(firedAt, []);
    time.tick(1);
    time.tick(LONGEST_DELAY);
    assertEquals(firedAt, [delay]);
  });
}

for (const delay of [LONGEST_DELAY + 1, 3 * LONGEST_DELAY + 7]) {
  Deno.test(`a timer of ${delay} ms fires once and in time, although setTimeout cannot wait for so long`, () => {
    using time = new FakeTime(0);
    const { firedAt, plan } = timer();
    plan(delay);
    time.tick(delay - 1);
    assertEquals(firedAt, []);
    time.tick(2 * LONGEST_DELAY);
    assertEquals(firedAt, [delay]);
  });
}

Deno.test("a delay that has passed is none", () => {
  using time = new FakeTime(0);
  const { firedAt, plan } = timer();
  plan(-5);
  time.tick(0);
  assertEquals(firedAt, [0]);
});

Deno.test("a timer of Infinity never fires, and replaces what was planned", () => {
  using time = new FakeTime(0);
  const { firedAt, plan } = timer();
  plan(10);
  plan(Infinity);
  time.tick(10 * LONGEST_DELAY);
  assertEquals(firedAt, []);
});

Deno.test("a new plan replaces the old one", () => {
  using time = new FakeTime(0);
  const { firedAt, plan } = timer();
  plan(10);
  plan(20);
  time.tick(100);
  assertEquals(firedAt, [20]);
  plan(5);
  time.tick(100);
  assertEquals(firedAt, [20, 105]);
});

Deno.test("a cancelled timer never fires, in its first or its second part", () => {
  using time = new FakeTime(0);
  const { later, firedAt, plan } = timer();
  plan(10);
  later.cancel();
  later.cancel();
  time.tick(100);
  plan(LONGEST_DELAY + 1_000);
  time.tick(LONGEST_DELAY + 500);
  later.cancel();
  time.tick(LONGEST_DELAY);
  assertEquals(firedAt, []);
});
