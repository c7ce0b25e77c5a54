/** The longest delay that `setTimeout` takes; a longer one fires at once. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/** Resolves after a time, in milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits for work, but no longer than a limit in milliseconds. */
export async function within(
  limit: number,
  work: Promise<void>,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const bound = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(limit, LONGEST_DELAY));
  });
  try {
    await Promise.race([work, bound]);
  } finally {
    clearTimeout(timer);
  }
}
