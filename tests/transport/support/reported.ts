/** Runs a body, and answers with the errors that were reported meanwhile. */
export async function reported(
  body: () => Promise<unknown>,
): Promise<unknown[]> {
  const errors: unknown[] = [];
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    errors.push(event.error);
  };
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    errors.push(new Error("Unhandled rejection", { cause: event.reason }));
  };
  globalThis.addEventListener("error", onError);
  globalThis.addEventListener("unhandledrejection", onRejection);
  try {
    await body();
    // An unhandled rejection is told after the microtasks of its turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    return errors;
  } finally {
    globalThis.removeEventListener("error", onError);
    globalThis.removeEventListener("unhandledrejection", onRejection);
  }
}
