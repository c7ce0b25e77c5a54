import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { systemClock } from "../../src/runtime/mod.ts";
import { assertCostRatio } from "../harness/cost_ratio.ts";
import { chooseSeed, Random } from "../harness/seed.ts";

/** Counts the timers of the system that are set and taken back. */
class SystemTimerCount implements Disposable {
  /** The delays that `setTimeout` was called with. */
  readonly set: (number | undefined)[] = [];
  cleared = 0;
  readonly #setTimeout = globalThis.setTimeout;
  readonly #clearTimeout = globalThis.clearTimeout;

  constructor(longest = Infinity) {
    globalThis.setTimeout = ((callback: () => void, delay?: number) => {
      this.set.push(delay);
      return this.#setTimeout(callback, Math.min(delay ?? 0, longest));
    }) as typeof setTimeout;
    globalThis.clearTimeout = (id) => {
      this.cleared++;
      this.#clearTimeout(id);
    };
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#setTimeout;
    globalThis.clearTimeout = this.#clearTimeout;
  }
}

/** Resolves to by how much a timer was late. */
function lateness(delay: number, slack?: number): Promise<number> {
  const start = systemClock.now();
  return new Promise((resolve) =>
    systemClock.timer(
      delay,
      () => resolve(systemClock.now() - start - delay),
      slack,
    ).ref()
  );
}

Deno.test("no timer of the system's clock fires early, and those of one time in the order in which they were planned", async () => {
  const delays = [0, 0.25, 1, 1.75, 20, 20, 499.5, 500, 503, 507.1];
  const order: number[] = [];
  const all = await Promise.all(
    delays.map(async (delay, i) => {
      const late = await lateness(delay);
      order.push(i);
      return late;
    }),
  );
  for (const late of all) assertGreaterOrEqual(late, 0);
  assertEquals(order, order.toSorted((a, b) => a - b));
});

Deno.test("a timer does nothing within the call that plans it, also with no delay", async () => {
  const fired = Promise.withResolvers<void>();
  let isWithin = true;
  let wasWithin = false;
  systemClock.timer(-5, () => {
    wasWithin = isWithin;
    fired.resolve();
  }).ref();
  isWithin = false;
  await fired.promise;
  assertEquals(wasWithin, false);
});

Deno.test("a thousand timers share one of the system, which goes with the last", () => {
  using count = new SystemTimerCount();
  const timers = Array.from(
    { length: 1_000 },
    (_, i) => systemClock.timer(60_000 + i, () => {}),
  );
  assertEquals(count.set.length, 1);
  for (const timer of timers) assertEquals(timer.cancel(), true);
  assertEquals([count.set.length, count.cleared], [1, 1]);
});

Deno.test("timers of half a second and more wake the process together, 5 ms late at the most", async () => {
  using count = new SystemTimerCount();
  const ends = Array.from({ length: 100 }, (_, i) => lateness(500 + i / 10));
  await Promise.all(ends);
  assert(count.set.length <= 8, `${count.set.length} timers of the system`);
});

Deno.test("timers with slack wake the process together, and are late by no more than that", async () => {
  using count = new SystemTimerCount();
  const late = await Promise.all(
    Array.from({ length: 1_000 }, (_, i) => lateness(100 + i / 2, 100)),
  );
  // In half a second there are eight multiples of 64 ms.
  assert(count.set.length <= 20, `${count.set.length} timers of the system`);
  for (const each of late) assertGreaterOrEqual(each, 0);
});

Deno.test("many timers that fire together leave turns of the event loop to others", async () => {
  const done: string[] = [];
  const end = Promise.withResolvers<void>();
  for (let i = 0; i < 100; i++) {
    systemClock.timer(10, () => {
      if (i === 0) setTimeout(() => done.push("other"), 0);
      for (const end = systemClock.now() + 1; systemClock.now() < end;);
      done.push("timer");
      if (i === 99) end.resolve();
    }).ref();
  }
  await end.promise;
  const at = done.indexOf("other");
  assert(at > 0 && at < 100, `the other came after ${at} timers`);
});

Deno.test("a timer beyond what setTimeout takes does not fire when that is over", async () => {
  using count = new SystemTimerCount(1);
  let fired = false;
  const timer = systemClock.timer(30 * 86_400_000, () => fired = true);
  await lateness(20);
  assertEquals(count.set[0], 2 ** 31 - 1);
  assertEquals([fired, timer.cancel()], [false, true]);
});

Deno.test("a timer tells whether it was still to come when it is cancelled", async () => {
  const done = systemClock.timer(0, () => {});
  await lateness(1);
  assertEquals(done.cancel(), false);
  const planned = systemClock.timer(10, () => {});
  assertEquals([planned.cancel(), planned.cancel()], [true, false]);
  const never = systemClock.timer(Infinity, () => {});
  assertEquals([never.cancel(), never.cancel()], [true, false]);
});

Deno.test("an action may cancel others that are due with it, and plan new ones", async () => {
  const done: string[] = [];
  const end = Promise.withResolvers<void>();
  systemClock.timer(1, () => {
    other.cancel();
    systemClock.timer(0, () => {
      done.push("planned");
      end.resolve();
    }).ref();
    done.push("first");
  }).ref();
  const other = systemClock.timer(1, () => done.push("other"));
  await end.promise;
  assertEquals(done, ["first", "planned"]);
});

Deno.test("what an action throws is an uncaught error, and the timers behind it fire", async () => {
  const errors: unknown[] = [];
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    errors.push(event.error);
  };
  globalThis.addEventListener("error", listener);
  try {
    const error = new Error("thrown by an action");
    systemClock.timer(1, () => {
      throw error;
    });
    await lateness(1);
    assertEquals(errors, [error]);
  } finally {
    globalThis.removeEventListener("error", listener);
  }
});

for (
  const [what, code, holds] of [
    ["does not hold the process", "systemClock.timer(60_000, () => {})", false],
    ["holds it once it is told to", "hold(systemClock.timer(100, say))", true],
    [
      "does not hold it any more when it is cancelled",
      "hold(systemClock.timer(60_000, say)).cancel()",
      false,
    ],
    [
      "does not hold it any more when it is told so",
      "hold(systemClock.timer(60_000, say)).unref()",
      false,
    ],
    [
      "lets it end although another waits for longer",
      "systemClock.timer(60_000, () => {}); hold(systemClock.timer(100, say))",
      true,
    ],
  ] as const
) {
  Deno.test(`a timer ${what}`, async () => {
    const { href } = new URL("../../src/runtime/mod.ts", import.meta.url);
    const { stdout, stderr, success } = await new Deno.Command(
      Deno.execPath(),
      {
        args: [
          "eval",
          `import { systemClock } from "${href}";
          const say = () => console.log("fired");
          const hold = (timer) => (timer.ref(), timer);
          ${code};`,
        ],
      },
    ).output();
    const decoder = new TextDecoder();
    assertEquals(success, true, decoder.decode(stderr));
    assertEquals(decoder.decode(stdout).trim(), holds ? "fired" : "");
  });
}

Deno.test("timers in random order fire in that of their times", async () => {
  const seed = chooseSeed();
  const random = new Random(seed);
  const fired: number[] = [];
  const delays = Array.from(
    { length: 200 },
    () => random.below(50_000) / 1_000,
  );
  await Promise.all(delays.map((delay) => {
    const at = systemClock.now() + delay;
    const { promise, resolve } = Promise.withResolvers<void>();
    systemClock.timer(delay, () => {
      fired.push(at);
      resolve();
    }).ref();
    return promise;
  }));
  const isOrdered = fired.every((at, i) => i === 0 || fired[i - 1] - at < 1);
  assert(isOrdered, `SEED=${seed}`);
});

Deno.test("to plan and to cancel a timer costs about the same, however many there are", () => {
  const cost = (count: number) => {
    const start = performance.now();
    const timers = Array.from(
      { length: count },
      (_, i) => systemClock.timer(100_000 - i, () => {}),
    );
    for (let i = 0; i < count; i += 2) timers[i].cancel();
    for (let i = 1; i < count; i += 2) timers[i].cancel();
    return performance.now() - start;
  };
  assertCostRatio({
    of: () => cost(40_000),
    to: () => cost(2_000),
    below: 20 * 6,
  });
});

Deno.test("a delay that is no number is none, and holds up no other timer", async () => {
  const fired: string[] = [];
  const plan = (delay: number, name: string) =>
    new Promise<void>((resolve) =>
      systemClock.timer(delay, () => {
        fired.push(name);
        resolve();
      }).ref()
    );
  const timers = [plan(60, "60"), plan(40, "40"), plan(NaN, "NaN")];
  timers.push(plan(20, "20"), plan(1, "1"));
  await Promise.all(timers);
  assertEquals(fired, ["NaN", "1", "20", "40", "60"]);
});
