import { delay } from "@std/async";
import type { Transport } from "../../../src/transport/mod.ts";

/** Milliseconds for a call to begin. */
const PATIENCE = 20_000;

/** Remembers how many streams there were, and waits for one more. */
export function nextStream(
  transports: () => Iterable<Transport>,
): () => Promise<void> {
  const before = started(transports());
  return async () => {
    const end = performance.now() + PATIENCE;
    while (started(transports()) === before) {
      if (performance.now() > end) throw new Error("No call has begun");
      await delay(1);
    }
  };
}

function started(transports: Iterable<Transport>): number {
  return Iterator.from(transports).reduce(
    (sum, transport) => sum + transport.counters().streamsStarted,
    0,
  );
}
