import { assertThoroughly } from "../../src/invariants/mod.ts";

// What is measured is what runs in production.
assertThoroughly(false);

/**
 * The least milliseconds that some work takes, out of a few runs: what else the
 * machine does only adds to it. To compare, not to judge.
 */
export function fastest(run: () => void, runs = 5): number {
  let least = Infinity;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
