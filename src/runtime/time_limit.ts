import type { Clock } from "./clock.ts";

/** Resolves after a time, in milliseconds; the process stays alive for it. */
export function pause(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => clock.timer(milliseconds, resolve).ref());
}

/**
 * Waits for work, but no longer than a limit in milliseconds; the process stays
 * alive for it.
 */
export async function within(
  clock: Clock,
  limit: number,
  work: Promise<void>,
): Promise<void> {
  const { promise: bound, resolve } = Promise.withResolvers<void>();
  const timer = clock.timer(limit, resolve);
  timer.ref();
  try {
    await Promise.race([work, bound]);
  } finally {
    timer.cancel();
  }
}
