import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import type { Reported, Run } from "./conductor.ts";
import { judge, longestGap } from "./judge.ts";
import { DISTURBANCES, LONG, makePlan } from "./plan.ts";
import type { CallRecord } from "./records.ts";

const PLAN = {
  seed: 1,
  duration: 10_000,
  rate: 0.05,
  deadline: 1_000,
  keepalive: { time: 2_000, timeout: 2_000 },
  disturbances: [],
};

const OK: CallRecord = {
  kind: "unary",
  startedAt: 100,
  endedAt: 110,
  code: 0,
  details: "",
  reason: null,
};

const FAILED: CallRecord = {
  ...OK,
  kind: "bidi",
  code: 14,
  details: "gone",
  reason: "close: end-of-stream",
};

function judged(calls: CallRecord[], run: Partial<Run> = {}) {
  const client: Reported = {
    name: "a stack",
    calls,
    events: [{ type: "event", at: 5_000, event: "ping", text: "" }],
    stoppedAt: 10_000,
    longestPause: 0,
  };
  const clients = [client];
  return judge(
    { plan: PLAN, start: 0, disturbances: [], clients, ...run },
    client,
  );
}

/** A successful unary call that ends then. */
function success(endedAt: number): CallRecord {
  return { ...OK, startedAt: endedAt - 1, endedAt };
}

Deno.test("The same seed makes the same plan, another one another", () => {
  const [one, again, other] = [1, 1, 2].map((seed) =>
    makePlan({ ...LONG, seed })
  );
  assertEquals(one, again);
  assertEquals(one.disturbances.length, 20);
  assertEquals(
    JSON.stringify(one.disturbances) === JSON.stringify(other.disturbances),
    false,
  );
});

Deno.test("A long plan has each kind of disturbance at least twice", () => {
  for (let seed = 0; seed < 20; seed++) {
    const { disturbances } = makePlan({ ...LONG, seed });
    for (const wanted of DISTURBANCES) {
      const count = disturbances.filter(({ kind }) => kind === wanted).length;
      assertEquals(count >= 2, true, `seed ${seed}: ${wanted} x ${count}`);
    }
  }
});

Deno.test("A plan whose disturbances are too close is refused", () => {
  assertThrows(
    () => makePlan({ ...LONG, seed: 1, count: 40 }),
    RangeError,
    "Cannot plan 40 disturbances in 120000 ms",
  );
});

Deno.test("A seed that is no integer is refused", () => {
  assertThrows(
    () => makePlan({ ...LONG, seed: NaN }),
    RangeError,
    "expected an integer, received NaN",
  );
});

Deno.test("Nothing is broken when calls succeed, and streams fail with a reason", () => {
  const { ok, failedBy, broken } = judged([OK, FAILED]);
  assertEquals([ok, failedBy, broken], [1, { 14: 1 }, []]);
});

Deno.test("Calls that never end, or too late, have hung", () => {
  const late = { ...FAILED, code: 4, endedAt: OK.startedAt + 1_600 };
  const open: CallRecord = { ...OK, kind: "bidi", endedAt: null };
  const { ok, failedBy, hung, broken } = judged([open, late]);
  assertEquals([ok, failedBy], [0, { 4: 1 }]);
  assertEquals([hung.length, broken], [2, ["2 calls hung"]]);
});

Deno.test("Failures of idempotent calls, and without a reason, are broken promises", () => {
  const { broken } = judged([
    { ...FAILED, kind: "unary" },
    { ...FAILED, kind: "clientStream" },
    { ...FAILED, reason: null },
  ]);
  assertEquals(broken, [
    "2 idempotent calls failed",
    "1 calls failed without a typed reason",
  ]);
});

Deno.test("A run with too few calls does not count", () => {
  assertMatch(judged([OK]).broken[0], /made 1 calls of 2/);
});

Deno.test("A gap begins with the last success before, and ends with the range", () => {
  assertEquals(longestGap([10, 20, 50, 60], 30, 65), 30);
  assertEquals(longestGap([10, 20], 30, 65), 45);
  assertEquals(longestGap([], 30, 65), 35);
});

Deno.test("A gap after dark is too long beyond timeout/2 and a dial", () => {
  const dark = { kind: "dark", at: 3_000, lasts: 0, from: 3_000, to: 3_000 };
  const disturbances = [dark] as Run["disturbances"];
  const gapUntil = (end: number) => {
    const steady = [0, 1, 2, 3, 4, 5].map((n) => success(end + n * 1_000));
    return judged([success(2_999), ...steady], { disturbances }).broken;
  };
  assertEquals(gapUntil(4_400), []);
  assertEquals(gapUntil(4_600), [
    "dark at 3000 ms: no service for 1601 ms, bound 1500 ms",
  ]);
});
