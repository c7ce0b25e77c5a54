/**
 * Tells a caller's function something. What it throws, or what the promise
 * that it returns is rejected with, is an uncaught error of the process, like
 * what an event listener of the platform throws, and disturbs nothing else.
 */
export function tell<Arguments extends unknown[]>(
  callback: (...args: Arguments) => unknown,
  ...args: Arguments
): void {
  try {
    const result = callback(...args);
    if (isThenable(result)) result.then(undefined, reportError);
  } catch (error) {
    reportError(error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as { then?: unknown }).then === "function";
}
