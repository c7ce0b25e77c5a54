import { AssertionError } from "@std/assert";
import { fastest } from "./fastest.ts";

/** Rounds until a ratio counts as what it is. */
const ROUNDS = 40;

/** Milliseconds that a run takes at least to be compared. */
const FLOOR = 0.5;

/** How two costs are compared. */
export interface CostRatio {
  /** Runs the work whose cost is bounded; answers with its milliseconds. */
  readonly of: () => number;
  /** The same for the work to which it is compared. */
  readonly to: () => number;
  /** How many times as much the first may cost. */
  readonly below: number;
  /** Milliseconds that count as no less than these. */
  readonly floor?: number;
}

/**
 * Asserts that some work costs less than so many times as much as other work.
 * Both run by turns, and the least of each counts: what else the machine does
 * only adds to it. A ratio that is too large is measured again and again before
 * it is believed, as the machine may have been taken away from one of the two.
 */
export function assertCostRatio(
  { of, to, below, floor = FLOOR }: CostRatio,
): void {
  let [most, base] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    base = Math.min(base, to());
    most = Math.min(most, of());
    if (round > 1 && most < below * Math.max(base, floor)) return;
  }
  throw new AssertionError(
    `Expected less than ${below} times the cost, but the least of ${ROUNDS} runs took ${most} ms, and ${base} ms of what it is compared to`,
  );
}

/** The milliseconds of one run, for {@linkcode assertCostRatio}. */
export function once(run: () => void): () => number {
  return () => fastest(run, 1);
}
