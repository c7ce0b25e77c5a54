import { assert, assertEquals, assertFalse } from "@std/assert";
import { HandlerQuota } from "../../src/server/calls/handler_quota.ts";
import { assertCostRatio } from "../harness/cost_ratio.ts";

Deno.test("As many handlers may run as the quota says", () => {
  const quota = new HandlerQuota(2);
  assertEquals([1, 2, 3].map(() => quota.enter()), [true, true, false]);
  quota.leave();
  assert(quota.enter());
  assertFalse(quota.enter());
});

Deno.test("Who waits comes in as others leave, the first first", async () => {
  const quota = new HandlerQuota(1);
  quota.enter();
  const { signal } = new AbortController();
  const entered: number[] = [];
  const waiting = [1, 2].map((number) =>
    quota.wait(signal).then(() => entered.push(number))
  );
  quota.leave();
  await waiting[0];
  assertEquals(entered, [1]);
  assertFalse(quota.enter());
  quota.leave();
  await waiting[1];
  assertEquals(entered, [1, 2]);
  quota.leave();
  assert(quota.enter());
});

Deno.test("Who gives up leaves its place to the next", async () => {
  const quota = new HandlerQuota(1);
  quota.enter();
  const given = new AbortController();
  const first = quota.wait(given.signal);
  const second = quota.wait(new AbortController().signal);
  given.abort();
  assertFalse(await first);
  quota.leave();
  assert(await second);
  quota.leave();
  assert(quota.enter());
});

Deno.test("Who has given up before does not wait", async () => {
  const quota = new HandlerQuota(0);
  assertFalse(await quota.wait(AbortSignal.abort()));
});

Deno.test("To leave costs the same, however many wait", () => {
  const cost = (count: number): number => {
    const quota = new HandlerQuota(1);
    quota.enter();
    for (let i = 0; i < count; i++) {
      void quota.wait(new AbortController().signal);
    }
    const start = performance.now();
    for (let i = 0; i < count; i++) quota.leave();
    return (performance.now() - start) / count;
  };
  assertCostRatio({
    of: () => cost(40_000),
    to: () => cost(2_000),
    below: 8,
    floor: 0,
  });
});
