import { assertEquals } from "@std/assert";
import { ClockWatch, SUSPEND_BOUND } from "../../src/keepalive/mod.ts";

Deno.test("the first look at the clocks finds no suspend, whatever they show", () => {
  for (const wall of [0, 1_700_000_000_000, -5]) {
    assertEquals(new ClockWatch().observe(1_000, wall), 0);
  }
});

Deno.test("clocks that run together show no suspend", () => {
  const clocks = new ClockWatch();
  for (let now = 0; now < 100_000; now += 7_000) {
    assertEquals(clocks.observe(now, 1_700_000_000_000 + now), 0);
  }
});

Deno.test("a wall clock that ran ahead by more than SUSPEND_BOUND tells how long the machine slept", () => {
  const clocks = new ClockWatch();
  clocks.observe(1_000, 501_000);
  assertEquals(clocks.observe(2_000, 502_000 + 3_600_000), 3_600_000);
});

Deno.test("a wall clock that ran ahead by just SUSPEND_BOUND was corrected", () => {
  const clocks = new ClockWatch();
  clocks.observe(0, 0);
  assertEquals(clocks.observe(100, 100 + SUSPEND_BOUND), 0);
  assertEquals(clocks.observe(200, 201 + 2 * SUSPEND_BOUND), SUSPEND_BOUND + 1);
});

Deno.test("a suspend is told once", () => {
  const clocks = new ClockWatch();
  clocks.observe(0, 0);
  assertEquals(clocks.observe(100, 60_100), 60_000);
  assertEquals(clocks.observe(200, 60_200), 0);
});

Deno.test("a wall clock that is set back shows no suspend, then or later", () => {
  const clocks = new ClockWatch();
  clocks.observe(0, 10_000_000);
  assertEquals(clocks.observe(100, 100), 0);
  assertEquals(clocks.observe(200, 200), 0);
});

Deno.test("a wall clock that drifts, or is slewed, shows no suspend", () => {
  const clocks = new ClockWatch();
  for (let i = 0; i < 1_000; i++) {
    assertEquals(clocks.observe(i * 1_000, i * 1_500), 0);
  }
});
