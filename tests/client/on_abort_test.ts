import { assertEquals } from "@std/assert";
import { onAbort } from "../../src/runtime/mod.ts";
import { assertCostRatio } from "../harness/cost_ratio.ts";

/** A signal that counts who listens to it. */
class Counted extends EventTarget {
  listeners = 0;
  readonly aborted = false;

  override addEventListener(
    ...given: Parameters<EventTarget["addEventListener"]>
  ): void {
    this.listeners++;
    super.addEventListener(...given);
  }

  override removeEventListener(
    ...given: Parameters<EventTarget["removeEventListener"]>
  ): void {
    this.listeners--;
    super.removeEventListener(...given);
  }
}

function counted(): Counted & AbortSignal {
  return new Counted() as unknown as Counted & AbortSignal;
}

Deno.test("All that watch a signal are told once, in order", () => {
  const controller = new AbortController();
  const told: number[] = [];
  for (const i of [1, 2, 3]) onAbort(controller.signal, () => told.push(i));
  controller.abort();
  controller.abort();
  assertEquals(told, [1, 2, 3]);
});

Deno.test("Who gives up is not told", () => {
  const controller = new AbortController();
  const told: number[] = [];
  const giveUps = [1, 2, 3].map((i) =>
    onAbort(controller.signal, () => told.push(i))
  );
  giveUps[1][Symbol.dispose]();
  giveUps[1][Symbol.dispose]();
  controller.abort();
  giveUps[0][Symbol.dispose]();
  assertEquals(told, [1, 3]);
});

Deno.test("Who is told may have others give up", () => {
  const controller = new AbortController();
  const told: number[] = [];
  onAbort(controller.signal, () => giveUp[Symbol.dispose]());
  const giveUp = onAbort(controller.signal, () => told.push(2));
  onAbort(controller.signal, () => told.push(3));
  controller.abort();
  assertEquals(told, [3]);
});

Deno.test("A signal has one listener, as long as somebody watches", () => {
  const signal = counted();
  const giveUps = [1, 2, 3].map(() => onAbort(signal, () => {}));
  assertEquals(signal.listeners, 1);
  for (const giveUp of giveUps) giveUp[Symbol.dispose]();
  assertEquals(signal.listeners, 0);
  onAbort(signal, () => {})[Symbol.dispose]();
  assertEquals(signal.listeners, 0);
});

Deno.test("To watch a signal costs the same, however many do", () => {
  const cost = (count: number) => {
    const { signal } = new AbortController();
    const start = performance.now();
    const giveUps = Array.from(
      { length: count },
      () => onAbort(signal, () => {}),
    );
    for (const giveUp of giveUps) giveUp[Symbol.dispose]();
    return performance.now() - start;
  };
  assertCostRatio({
    of: () => cost(40_000),
    to: () => cost(2_000),
    below: 20 * 20,
  });
});

Deno.test("A signal that takes no properties any more can be watched, too", () => {
  const controller = new AbortController();
  const told: number[] = [];
  controller.signal.addEventListener("abort", () => told.push(0));
  const signal = Object.preventExtensions(controller.signal);
  onAbort(signal, () => told.push(1));
  onAbort(signal, () => told.push(2))[Symbol.dispose]();
  controller.abort();
  assertEquals(told, [0, 1]);
});
