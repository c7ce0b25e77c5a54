import { type Clock, onAbort } from "../../runtime/mod.ts";

/**
 * Waits for a time, in milliseconds.
 *
 * @throws The reason of `signal`, if that is aborted.
 */
export async function rest(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  await firstOf(clock, milliseconds, signal, undefined);
}

/**
 * Waits for something, but no longer than a limit in milliseconds.
 *
 * @returns What came, or `undefined` if the time was over first.
 * @throws The reason of `signal`, if that is aborted.
 */
export async function firstOf<Value>(
  clock: Clock,
  limit: number,
  signal: AbortSignal,
  work: Promise<Value> | undefined,
): Promise<Value | undefined> {
  signal.throwIfAborted();
  const over = Promise.withResolvers<undefined>();
  const timer = clock.timer(limit, () => over.resolve(undefined));
  timer.ref();
  using _abort = onAbort(signal, () => over.reject(signal.reason));
  try {
    return await (work === undefined
      ? over.promise
      : Promise.race([work, over.promise]));
  } finally {
    timer.cancel();
  }
}
