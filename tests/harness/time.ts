import { delay } from "@std/async";

/**
 * Milliseconds after which a test gives up what must come, and within which
 * falls what must not wait for minutes. Only a test that fails takes so long.
 */
export const PATIENCE = 20_000;

/** Waits for a condition; fails if it does not come true. */
export async function until(
  condition: () => boolean,
  patience: number = PATIENCE,
): Promise<void> {
  const end = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Not true: ${condition}`);
    await delay(1);
  }
}

/** Lets others have their turn of the event loop. */
export async function breathe(): Promise<void> {
  await delay(1);
}

/**
 * Lets so many milliseconds go by, and on a busy machine more. So the test must
 * be right however long it takes: nothing may be due meanwhile that it does not
 * expect. What is to come of something is waited for by {@linkcode until}.
 */
export async function atLeast(milliseconds: number): Promise<void> {
  await delay(milliseconds);
}
