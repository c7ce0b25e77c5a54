import { setTimeout } from "node:timers/promises";

/** The longest delay that `setTimeout` takes: 24 days. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Waits for some milliseconds, or until the signal is aborted. */
export async function pause(
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  const bounded = Math.min(milliseconds, LONGEST_DELAY);
  await setTimeout(bounded, undefined, { signal }).catch(() => {});
}
