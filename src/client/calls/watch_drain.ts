import { onAbort, tell } from "../../runtime/mod.ts";
import type { DrainNotice, Transport } from "../../transport/mod.ts";

/**
 * Tells once when a connection is retired, which has just taken a call.
 *
 * @returns Is to be disposed of when the call has ended.
 */
export function watchDrain(
  transport: Transport,
  onDraining: ((notice: DrainNotice) => void) | undefined,
): Disposable | undefined {
  return onDraining && watch(transport.draining, onDraining);
}

function watch(
  draining: AbortSignal,
  onDraining: (notice: DrainNotice) => void,
): Disposable {
  return onAbort(draining, () => tell(onDraining, draining.reason));
}
