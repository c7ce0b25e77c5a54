import { type Clock, Timer } from "../runtime/mod.ts";

/**
 * Does something with each of many, one after the other, evenly spread over a
 * time: the first at once, the last before the time is over.
 *
 * @param clock The clock of the timer, which does not keep the process alive.
 * @param spread Milliseconds; with 0 all have their turn within the call.
 * @returns Is to be called to have no more of them have a turn.
 */
export function gradually<Item>(
  clock: Clock,
  spread: number,
  items: readonly Item[],
  action: (item: Item) => void,
): () => void {
  const timer = new Timer(clock);
  const began = clock.now();
  const each = spread / items.length;
  let next = 0;
  const go = () => {
    const now = clock.now();
    while (next < items.length && began + next * each <= now) {
      action(items[next++]);
    }
    if (next < items.length) timer.planAt(began + next * each, go);
  };
  go();
  return () => timer.cancel();
}
