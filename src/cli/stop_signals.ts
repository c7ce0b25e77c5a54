/** Windows knows no SIGTERM. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM"];

/**
 * Milliseconds in which signals count as one: `deno task` passes on what the
 * terminal has sent to the tool as well.
 */
const ONE_PRESS = 250;

/**
 * Calls a handler for each signal that asks the process to stop, with how
 * many there have been.
 */
export function onStopSignal(
  handle: (signal: Deno.Signal, count: number) => void,
): Disposable {
  let count = 0;
  let last = -Infinity;
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      const isRepeated = performance.now() - last < ONE_PRESS;
      last = performance.now();
      if (!isRepeated) handle(signal, ++count);
    };
    Deno.addSignalListener(signal, listener);
    return [signal, listener] as const;
  });
  return {
    [Symbol.dispose]() {
      for (const [signal, listener] of listeners) {
        Deno.removeSignalListener(signal, listener);
      }
    },
  };
}
