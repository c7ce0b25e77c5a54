import { assert, assertEquals, assertThrows } from "@std/assert";
import { Sketch, SlidingSketch } from "../../src/recorder/sketch.ts";
import { type Random, withSeed } from "../harness/seed.ts";

const VALUES = 1_000_000;
const PARTS = [0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1];

/** A number from 0 to 1, neither of them. */
function share(random: Random): number {
  return (random.below(2 ** 32 - 1) + 1) / 2 ** 32;
}

function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(share(random)));
  return radius * Math.cos(2 * Math.PI * share(random));
}

/** Round-trip times in milliseconds, in six ways to spread. */
const DISTRIBUTIONS: Readonly<Record<string, (random: Random) => number>> = {
  uniform: (random) => 0.02 + 1_000 * share(random),
  normal: (random) => Math.max(0.02, 50 + 10 * normal(random)),
  exponential: (random) => 0.02 - 20 * Math.log(share(random)),
  "log-normal": (random) =>
    Math.min(50_000, Math.exp(3 + 1.5 * normal(random))),
  pareto: (random) => Math.min(50_000, share(random) ** -1.2),
  bimodal: (random) =>
    random.oneIn(10) ? 800 + 20 * share(random) : 1 + share(random),
};

for (const [name, draw] of Object.entries(DISTRIBUTIONS)) {
  for (const error of [0.05, 0.02]) {
    Deno.test(
      `quantiles of a million ${name} values are off by ${error} at the most`,
      withSeed((random) => {
        const sketch = new Sketch(error);
        const values = new Float64Array(VALUES);
        for (let i = 0; i < VALUES; i++) {
          values[i] = Math.max(0.02, draw(random));
          sketch.add(values[i]);
        }
        values.sort();
        assertEquals(sketch.count, VALUES);
        assertEquals(sketch.max, values[VALUES - 1]);
        for (const part of PARTS) {
          const exact = values[Math.floor(part * (VALUES - 1))];
          const off = Math.abs(sketch.quantile(part) - exact) / exact;
          assert(off <= error + 1e-9, `${part}: off by ${off}`);
        }
      }),
    );
  }
}

Deno.test(
  "sketches merged are the sketch of all",
  withSeed((random) => {
    const whole = new Sketch(0.02);
    const parts = Array.from({ length: 7 }, () => new Sketch(0.02));
    for (let i = 0; i < 10_000; i++) {
      const value = DISTRIBUTIONS.pareto(random);
      whole.add(value);
      random.pick(parts).add(value);
    }
    const merged = new Sketch(0.02);
    for (const part of parts) merged.merge(part);
    assertEquals(merged.count, whole.count);
    assertEquals(merged.max, whole.max);
    assert(Math.abs(merged.sum - whole.sum) < 1e-6 * whole.sum);
    for (let part = 0; part <= 1; part += 0.001) {
      assertEquals(merged.quantile(part), whole.quantile(part));
    }
    assertThrows(() => merged.merge(new Sketch(0.05)), RangeError, "0.02");
  }),
);

Deno.test("a sketch takes what a clock may give: 0, a microsecond, an hour", () => {
  const sketch = new Sketch(0.05);
  assertEquals([sketch.quantile(0.5), sketch.max], [0, 0]);
  sketch.add(0);
  assertEquals(sketch.quantile(0.5), 0);
  sketch.add(0.001);
  sketch.add(3_600_000);
  assertEquals(sketch.quantile(0.5), 0.01);
  assertEquals(sketch.quantile(1), 3_600_000);
  sketch.add(7_200_000);
  assert(sketch.quantile(0.7) > 55_000);
});

Deno.test("its memory does not depend on what it was given", () => {
  const sketch = new Sketch(0.05);
  assertEquals(sketch.byteLength, 624);
  for (let i = 0; i < 100_000; i++) sketch.add(i);
  assertEquals(sketch.byteLength, 624);
});

Deno.test("a sliding sketch has the last five minutes, and nothing above ten", () => {
  const sliding = new SlidingSketch(0.05);
  const minute = 60_000;
  for (let i = 0; i < 60; i++) {
    const now = i * minute;
    sliding.add(i + 1, now);
    const { count, max } = sliding.whole(now);
    assertEquals(max, i + 1);
    assert(count >= Math.min(i + 1, 5), `${count} of minute ${i}`);
    assert(count <= 10, `${count} of minute ${i}`);
  }
  assertEquals(sliding.whole(64 * minute).count, 5);
  assertEquals(sliding.whole(70 * minute).count, 0);
  sliding.add(1, 70 * minute);
  assertEquals(sliding.whole(70 * minute).count, 1);
});
