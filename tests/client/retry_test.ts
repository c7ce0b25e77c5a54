import { assert, assertEquals, assertThrows } from "@std/assert";
import { GrpcError, Metadata, Status } from "../../mod.ts";
import {
  type FailedAttempt,
  type RetryDecision,
  RetryState,
  RetryThrottle,
} from "../../src/client/calls/retry.ts";
import type { RetryPolicy } from "../../src/client/calls/service_config.ts";
import type { RetryThrottlingConfig } from "../../src/client/mod.ts";
import { withSeed } from "../harness/seed.ts";

const POLICY: RetryPolicy = {
  maxAttempts: 5,
  initialBackoff: 100,
  maxBackoff: 500,
  backoffMultiplier: 2,
  retryableStatusCodes: new Set([Status.UNAVAILABLE]),
};

/** An attempt that failed with UNAVAILABLE, in some way. */
function failed(
  { code = Status.UNAVAILABLE, pushback, ...rest }:
    & { code?: number; pushback?: string }
    & Partial<FailedAttempt> = {},
): FailedAttempt {
  const metadata = new Metadata();
  if (pushback !== undefined) metadata.set("grpc-retry-pushback-ms", pushback);
  const error = new GrpcError(code, "failed", { metadata });
  return {
    error,
    committed: false,
    reach: "sent",
    headerOctets: () => 100,
    ...rest,
  };
}

/** A state whose random factor is 1. */
function state(policy?: RetryPolicy, throttle?: RetryThrottle): RetryState {
  return new RetryState(policy, throttle, () => 0.5);
}

function delays(retry: RetryState, ...attempts: FailedAttempt[]): unknown[] {
  return attempts.map((attempt) => {
    const decision = retry.decide(attempt);
    return decision.kind === "retry" ? decision.delay : decision.kind;
  });
}

const RETRY_AT_ONCE: RetryDecision = { kind: "transparent" };
const GIVE_UP: RetryDecision = { kind: "give-up" };

Deno.test("the pauses grow by the multiplier up to the cap, and the attempts are counted", () => {
  const retry = state(POLICY);
  assertEquals(retry.previousAttempts, 0);
  const each = failed();
  assertEquals(delays(retry, each, each, each, each), [100, 200, 400, 500]);
  assertEquals(retry.previousAttempts, 4);
  assertEquals(retry.decide(each), GIVE_UP);
  assertEquals(retry.previousAttempts, 4);
});

Deno.test("two attempts are one retry", () => {
  const retry = state({ ...POLICY, maxAttempts: 2 });
  assertEquals(delays(retry, failed(), failed()), [100, "give-up"]);
});

Deno.test(
  "each pause is made 0.8 to 1.2 times as long at random, the capped ones too",
  withSeed((random) => {
    const factors: number[] = [];
    for (let round = 0; round < 1_000; round++) {
      const draw = () => random.below(2 ** 32) / 2 ** 32;
      const retry = new RetryState(POLICY, undefined, draw);
      for (const whole of [100, 200, 400, 500]) {
        const decision = retry.decide(failed());
        assert(decision.kind === "retry");
        factors.push(decision.delay / whole);
      }
    }
    assert(factors.every((each) => each >= 0.8 - 1e-9 && each < 1.2 + 1e-9));
    assert(Math.min(...factors) < 0.81 && Math.max(...factors) > 1.19);
  }),
);

Deno.test("a status that is not in the policy ends the call", () => {
  assertEquals(
    state(POLICY).decide(failed({ code: Status.INTERNAL })),
    GIVE_UP,
  );
});

Deno.test("without a policy the call ends", () => {
  assertEquals(state().decide(failed()), GIVE_UP);
  assertEquals(state().decide(failed({ pushback: "10" })), GIVE_UP);
});

Deno.test("a pushback is the pause, exactly, and the next one begins anew", () => {
  const draw = () => 0.99;
  const retry = new RetryState(POLICY, undefined, draw);
  retry.decide(failed());
  retry.decide(failed());
  assertEquals(delays(retry, failed({ pushback: "1234" })), [1_234]);
  assertEquals(delays(retry, failed()), [100 * (0.8 + 0.4 * 0.99)]);
});

Deno.test("a pushback may be 0 or longer than the longest pause", () => {
  assertEquals(delays(state(POLICY), failed({ pushback: "0" })), [0]);
  assertEquals(delays(state(POLICY), failed({ pushback: "60000" })), [60_000]);
});

for (
  const pushback of [
    "-1",
    "-0",
    "",
    "1.5",
    "1e3",
    "0x10",
    "soon",
    "1 0",
    "99999999999",
  ]
) {
  Deno.test(`the pushback "${pushback}" forbids a retry`, () => {
    assertEquals(state(POLICY).decide(failed({ pushback })), GIVE_UP);
  });
}

Deno.test("a pushback makes no retry of another status, and no attempt beyond the last", () => {
  const other = failed({ code: Status.INTERNAL, pushback: "10" });
  assertEquals(state(POLICY).decide(other), GIVE_UP);
  const retry = state({ ...POLICY, maxAttempts: 2 });
  const pushed = failed({ pushback: "10" });
  assertEquals(delays(retry, pushed, pushed), [10, "give-up"]);
});

Deno.test("what was not sent is sent again without a limit, a policy or a pause, and is no retry", () => {
  const retry = state();
  for (let i = 0; i < 100; i++) {
    assertEquals(retry.decide(failed({ reach: "unsent" })), RETRY_AT_ONCE);
  }
  assertEquals(retry.previousAttempts, 0);
});

Deno.test("Row 76 GC-retry-once: what the server refused is sent again once, a second refusal ends the call", () => {
  const retry = state();
  const refused = failed({ reach: "refused" });
  assertEquals(retry.decide(refused), RETRY_AT_ONCE);
  assertEquals(retry.previousAttempts, 0);
  assertEquals(retry.decide(refused), GIVE_UP);
});

Deno.test("Row 76 GC-retry-once: a second refusal is a failure to which the policy applies", () => {
  const refused = failed({ reach: "refused" });
  const retry = state(POLICY);
  assertEquals(delays(retry, refused, refused), ["transparent", 100]);
  assertEquals(retry.previousAttempts, 1);
});

for (const reach of ["unsent", "refused", "sent"] as const) {
  Deno.test(`a call that is committed has no further attempt: ${reach}`, () => {
    const retry = state(POLICY);
    assertEquals(retry.decide(failed({ committed: true, reach })), GIVE_UP);
    assertEquals(retry.previousAttempts, 0);
  });
}

/** How many failures in a row are retried. */
function retriesWith(throttle: RetryThrottle): number {
  let retries = 0;
  while (state(POLICY, throttle).decide(failed()).kind === "retry") retries++;
  return retries;
}

Deno.test("retries need more than half of the tokens, and each failure takes one", () => {
  const throttle = new RetryThrottle({ maxTokens: 10, tokenRatio: 0.1 });
  assertEquals(throttle.allows, true);
  assertEquals(retriesWith(throttle), 4);
  assertEquals(throttle.allows, false);
});

Deno.test("a call that succeeds gives a part of a token back, up to the maximum", () => {
  const throttle = new RetryThrottle({ maxTokens: 4, tokenRatio: 0.5 });
  const call = state(POLICY, throttle);
  for (let i = 0; i < 50; i++) call.succeeded();
  assertEquals(retriesWith(throttle), 1);
  throttle.succeeded();
  assertEquals(throttle.allows, true);
});

Deno.test("tokens do not fall below 0: one success more than the half allows retries", () => {
  const throttle = new RetryThrottle({ maxTokens: 2, tokenRatio: 1 });
  for (let i = 0; i < 50; i++) throttle.failed();
  throttle.succeeded();
  assertEquals(throttle.allows, false);
  throttle.succeeded();
  assertEquals(throttle.allows, true);
});

const TAKES: [string, FailedAttempt, number][] = [
  ["a retryable status", failed(), 1],
  [
    "a pushback that forbids",
    failed({ code: Status.INTERNAL, pushback: "-1" }),
    1,
  ],
  ["both at once", failed({ pushback: "-1" }), 1],
  ["a retryable status of a committed call", failed({ committed: true }), 1],
  ["another status", failed({ code: Status.INTERNAL }), 0],
  ["what was not sent", failed({ reach: "unsent" }), 0],
  ["what was refused once", failed({ reach: "refused" }), 0],
];

for (const [what, attempt, tokens] of TAKES) {
  Deno.test(`${what} takes ${tokens} tokens`, () => {
    const throttle = new RetryThrottle({ maxTokens: 2, tokenRatio: 1 });
    state(POLICY, throttle).decide(attempt);
    assertEquals(throttle.allows, tokens === 0);
    throttle.succeeded();
    assertEquals(throttle.allows, true);
  });
}

const THROTTLES: [keyof RetryThrottlingConfig, unknown[]][] = [
  ["maxTokens", [0, -1, 1_000.5, NaN, Infinity, "10", undefined]],
  ["tokenRatio", [0, -0.1, NaN, Infinity, "0.1", undefined]],
];

for (const [key, values] of THROTTLES) {
  for (const value of values) {
    Deno.test(`the throttling refuses ${key}: ${Deno.inspect(value)}`, () => {
      const config = { maxTokens: 10, tokenRatio: 0.1, [key]: value };
      const make = () => new RetryThrottle(config as RetryThrottlingConfig);
      assertThrows(make, RangeError, `Cannot use retryThrottling.${key}`);
    });
  }
}

Deno.test("the throttling refuses an unknown key", () => {
  const config = { maxTokens: 10, tokenRatio: 0.1, ratio: 1 };
  assertThrows(() => new RetryThrottle(config), TypeError, 'key "ratio"');
});
