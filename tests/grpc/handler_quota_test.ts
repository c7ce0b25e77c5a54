import { assert, assertEquals, assertFalse } from "@std/assert";
import { type InLine, Line } from "../../src/collections/mod.ts";
import { HandlerQuota } from "../../src/server/calls/handler_quota.ts";

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

/** Looks at places of handlers that wait, and changes to them. */
let steps = 0;

const { join } = Line.prototype;

/** Makes a place count who looks at it. */
function countSteps(place: InLine<unknown>): void {
  for (const key of ["line", "ahead", "behind"] as const) {
    let value: unknown = place[key];
    Object.defineProperty(place, key, {
      get: () => (steps++, value),
      set: (given: unknown) => (steps++, value = given),
    });
  }
}

Deno.test("To leave costs the same, however many wait", async () => {
  const cost = async (count: number): Promise<number> => {
    const quota = new HandlerQuota(1);
    quota.enter();
    const waiting = Array.from(
      { length: count },
      () => quota.wait(new AbortController().signal),
    );
    steps = 0;
    for (let i = 0; i < 8; i++) quota.leave();
    const taken = steps;
    for (let i = 8; i < count; i++) quota.leave();
    await Promise.all(waiting);
    return taken;
  };
  Line.prototype.join = function (place) {
    countSteps(place);
    join.call(this, place);
  };
  try {
    const few = await cost(16);
    assert(few > 0, "places are looked at");
    assertEquals(await cost(10_000), few);
  } finally {
    Line.prototype.join = join;
  }
});
