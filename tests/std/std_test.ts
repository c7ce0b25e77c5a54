import {
  assert,
  assertEquals,
  AssertionError,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { deadline, delay, retry } from "@std/async";
import { FakeTime, TimeError } from "@std/testing/time";

Deno.test("assertEquals throws an AssertionError whose message is a diff", () => {
  const error: AssertionError = assertThrows(
    () => assertEquals({ code: 11 }, { code: 0 }, "GOAWAY"),
    AssertionError,
    "Values are not equal: GOAWAY",
  );
  assertMatch(error.message, /- +code: 11/);
  assertMatch(error.message, /\+ +code: 0/);
});

Deno.test("assertRejects resolves with the typed error", async () => {
  const error: RangeError = await assertRejects(
    () => Promise.reject(new RangeError("Too small")),
    RangeError,
    "Too small",
  );
  assertEquals(error.name, "RangeError");
  await assertRejects(
    () => assertRejects(() => Promise.resolve()),
    AssertionError,
  );
});

Deno.test("deadline rejects a promise that is late and passes one that is not", async () => {
  const { promise } = Promise.withResolvers<void>();
  const error = await assertRejects(() => deadline(promise, 5), DOMException);
  assertEquals(error.name, "TimeoutError");
  assertEquals(await deadline(Promise.resolve("in time"), 5), "in time");
});

Deno.test("delay resolves after its time and rejects when aborted", async () => {
  const before = performance.now();
  await delay(5);
  assert(performance.now() - before >= 5);
  await assertRejects(
    () => delay(60_000, { signal: AbortSignal.abort(new Error("Enough")) }),
    Error,
    "Enough",
  );
});

Deno.test("retry calls again until the function succeeds", async () => {
  let calls = 0;
  const result = await retry(() => {
    calls += 1;
    if (calls < 3) throw new Error("Not yet");
    return calls;
  }, { minTimeout: 1, maxTimeout: 1 });
  assertEquals(result, 3);
});

Deno.test("FakeTime moves Date and timers only when told to, and restores them", async () => {
  const realGlobals = [
    Date,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    AbortSignal.timeout,
  ];
  const calls: string[] = [];
  {
    using time = new FakeTime(1_000);
    assertEquals([time.start, time.now, Date.now()], [1_000, 1_000, 1_000]);
    setTimeout((name: string) => calls.push(`${name} ${Date.now()}`), 30, "a");
    const cleared = setTimeout(() => calls.push("cleared"), 10);
    assertEquals(typeof cleared, "number");
    Deno.unrefTimer(cleared);
    clearTimeout(cleared);
    const interval = setInterval(() => calls.push(`i ${Date.now()}`), 20);
    const before = performance.now();
    await time.delay(5);
    assert(performance.now() - before >= 5);
    assertEquals(calls, []);
    time.tick(45);
    assertEquals(calls, ["i 1020", "a 1030", "i 1040"]);
    assertEquals([time.now, new Date().getTime()], [1_045, 1_045]);
    clearInterval(interval);
    assertEquals(time.next(), false);
  }
  const globals = [
    Date,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    AbortSignal.timeout,
  ];
  realGlobals.forEach((real, i) => assertStrictEquals(globals[i], real));
});

Deno.test("FakeTime drives delay, deadline and AbortSignal.timeout", async () => {
  using time = new FakeTime(0);
  const signal = AbortSignal.timeout(900_000);
  const { promise } = Promise.withResolvers<void>();
  const late = assertRejects(() => deadline(promise, 500_000), DOMException);
  const delayed = delay(600_000).then(() => Date.now());
  await time.tickAsync(500_000);
  assertEquals((await late).name, "TimeoutError");
  await time.nextAsync();
  assertEquals(await delayed, 600_000);
  assertEquals(signal.aborted, false);
  await time.runAllAsync();
  assertEquals([signal.reason.name, time.now], ["TimeoutError", 900_000]);
});

Deno.test("FakeTime runs every timer of a millisecond, also those set meanwhile", () => {
  using time = new FakeTime(0);
  const calls: string[] = [];
  setTimeout(() => {
    calls.push(`first ${Date.now()}`);
    setTimeout(() => calls.push(`nested ${Date.now()}`), 0);
    setTimeout(() => calls.push(`last ${Date.now()}`), 1);
  }, 10);
  setTimeout(() => calls.push(`second ${Date.now()}`), 10);
  setTimeout(() => calls.push(`overdue ${Date.now()}`), -5);
  assert(time.next());
  assertEquals(calls.splice(0), ["overdue 0"]);
  assert(time.next());
  assertEquals(calls.splice(0), ["first 10", "second 10", "nested 10"]);
  time.runAll();
  assertEquals(calls.splice(0), ["last 11"]);
  assertEquals(time.next(), false);
  setInterval(() => calls.push(`interval ${Date.now()}`), 0);
  time.tick(2);
  assertEquals(calls, ["interval 12", "interval 13"]);
});

Deno.test("FakeTime.restoreFor gives real time back for one callback", async () => {
  const realNow = Date.now;
  using _time = new FakeTime(0);
  const real = FakeTime.restoreFor(() => Date.now === realNow);
  assertEquals(Date.now(), 0);
  assert(await real);
  await FakeTime.restoreFor(() => delay(1));
  assertEquals(Date.now(), 0);
  await assertRejects(
    () =>
      FakeTime.restoreFor(() => {
        throw new Error("Thrown");
      }),
    Error,
    "Thrown",
  );
  assertEquals(Date.now(), 0);
});

Deno.test("FakeTime refuses a second clock, time that goes back and a bad start", async () => {
  assertThrows(() => new FakeTime("no date"), TypeError);
  const time = new FakeTime(10);
  try {
    assertThrows(() => new FakeTime(), TimeError);
    assertThrows(() => time.tick(-1), RangeError);
    assertThrows(() => time.now = 9, RangeError);
  } finally {
    FakeTime.restore();
  }
  assertThrows(() => time.restore(), TimeError);
  await assertRejects(() => FakeTime.restoreFor(() => {}), TimeError);
});
