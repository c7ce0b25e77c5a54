import { assert, assertEquals } from "@std/assert";
import {
  measureEnforcement,
  nothingSoFar,
  resultOf,
} from "../../../src/doctor/probe/enforcement/measure_enforcement.ts";
import {
  type EnforcementResult,
  likelyMinTime,
  MOST_KICKS,
} from "../../../src/doctor/probe/enforcement/mod.ts";
import type { Origin } from "../../../src/doctor/probe/origin.ts";
import type { LinkSetup } from "../../../src/doctor/probe/link.ts";
import { type Random, withSeed } from "../../harness/seed.ts";
import { VirtualClock } from "../../harness/virtual_clock.ts";
import { VirtualNetwork } from "../../harness/virtual_network.ts";
import { FrameServer } from "./frame_server.ts";
import { ModelServer, type Policy } from "./model_server.ts";

const GAPS = [303_100, 121_300, 60_700, 30_400, 20_300, 10_200, 5_150, 1_110];

const LAST_PING: Origin = "last-ping";

const IDLE = {
  path: "/grpc.health.v1.Health/Watch",
  request: new Uint8Array(0),
  endStream: true,
  answers: true,
};

interface Measured {
  readonly result: EnforcementResult;
  readonly kicks: number;
  readonly took: number;
  readonly connections: number;
}

/** Measures a model of a server in virtual time. */
async function measure(
  policy: Policy | (() => Policy),
  {
    latency = 5,
    jitter = 0,
    random = (): number => 0.5,
    gaps = GAPS,
    origin = LAST_PING,
  } = {},
): Promise<Measured> {
  const clock = new VirtualClock();
  const network = new VirtualNetwork(clock, { latency, jitter, random });
  const make = typeof policy === "function" ? policy : () => policy;
  let kicks = 0;
  const kick = () => void kicks++;
  const server = new FrameServer(
    network,
    () => new ModelServer(clock, make(), kick),
  );
  const setup: LinkSetup = {
    target: server.target,
    tls: false,
    authority: server.target,
    timeout: 10_000,
    clock,
    network,
    random: () => 0.5,
    signal: new AbortController().signal,
  };
  const found = nothingSoFar();
  let isDone = false;
  let took = 0;
  const measuring = measureEnforcement(
    setup,
    { idle: IDLE, gaps, origin },
    found,
  ).finally(() => {
    isDone = true;
    took = clock.now();
  });
  while (!isDone) {
    await clock.advance(Math.min(clock.nextAt - clock.now(), 1e6));
  }
  await measuring;
  await clock.advance(2_000);
  server[Symbol.dispose]();
  const { connections } = server;
  return { result: resultOf(found), kicks, took, connections };
}

function bracket(result: EnforcementResult): [number, number] {
  const { withStream } = result;
  assert(withStream?.kind === "enforced", JSON.stringify(result));
  return [withStream.above, withStream.atMost];
}

Deno.test("a server like grpc-go's default: five minutes, none without a stream", async () => {
  const policy = {
    minTime: 300_000,
    budget: 2,
    permit: false,
    manner: "go",
  } as const;
  const { result, kicks, took } = await measure(policy);
  const [above, atMost] = bracket(result);
  assert(above >= 121_300 && above < 300_000, `${above}`);
  assert(atMost >= 300_000 && atMost < 304_000, `${atMost}`);
  assertEquals(result.permitWithoutStream, false);
  assertEquals(result.kicks, kicks);
  assertEquals(kicks, 4);
  assert(took < 310_000, `${took}`);
});

Deno.test("one that permits all: brackets around MinTime, with a stream and without", async () => {
  const policy = {
    minTime: 20_000,
    budget: 2,
    permit: true,
    manner: "go",
  } as const;
  const { result, kicks } = await measure(policy);
  assertEquals(result.permitWithoutStream, true);
  for (const rule of [result.withStream, result.withoutStream]) {
    assert(rule?.kind === "enforced");
    assertEquals(rule.kickedBy, 4);
    assert(rule.above >= 10_200 && rule.above < 20_000, `${rule.above}`);
    assert(rule.atMost >= 20_000 && rule.atMost < 21_000, `${rule.atMost}`);
    assertEquals(likelyMinTime(rule), 20_000);
  }
  assertEquals(kicks, 4);
});

Deno.test("one that counts no PINGs: twelve are answered, and nobody is closed", async () => {
  const policy = {
    minTime: 300_000,
    budget: Infinity,
    permit: false,
    manner: "go",
  } as const;
  const { result, kicks, connections, took } = await measure(policy);
  assertEquals(result.withStream?.kind, "none");
  assertEquals(result.withoutStream.kind, "none");
  assertEquals(result.permitWithoutStream, true);
  assertEquals([kicks, connections], [0, 2]);
  assert(took < 3_000, `${took}`);
});

Deno.test("a minimum below all silences is not believed without one more PING", async () => {
  const policy = {
    minTime: 500,
    budget: 2,
    permit: true,
    manner: "go",
  } as const;
  const { result, kicks } = await measure(policy);
  const [above, atMost] = bracket(result);
  assertEquals(above, 0);
  assert(atMost >= 1_110 && atMost < 2_000, `${atMost}`);
  assertEquals(kicks, 4);
});

Deno.test("a minimum above all silences: two hours cannot be told from it", async () => {
  const policy = {
    minTime: 600_000,
    budget: 2,
    permit: false,
    manner: "go",
  } as const;
  const { result, kicks } = await measure(policy);
  const [above, atMost] = bracket(result);
  assert(above >= 303_000, `${above}`);
  assertEquals(atMost, Infinity);
  assertEquals(result.permitWithoutStream, undefined);
  assertEquals(kicks, 4);
});

Deno.test(
  "any policy, any manner, any path: the bracket holds MinTime, at two kicks for each rule",
  withSeed(async (random) => {
    for (let round = 0; round < 60; round++) {
      await tryPolicy(random);
    }
  }),
);

Deno.test(
  "a server that bears a different number of PINGs each time: two kicks for each rule, no more",
  withSeed(async (random) => {
    for (let round = 0; round < 40; round++) {
      const minTime = 2_000 + random.below(300_000);
      const anew = (): Policy => ({
        minTime,
        budget: random.below(4),
        permit: true,
        manner: "go",
      });
      const latency = random.below(100);
      const { result, kicks } = await measure(anew, { latency });
      assert(kicks <= 2 * MOST_KICKS, `${kicks} kicks, ${result.kicks} told`);
    }
  }),
);

Deno.test("while a PING may end a connection, none goes out on another that may be ended as well", async () => {
  // When a silence of the first rule is judged, the last connection of that
  // rule is being prepared, and bears less than those before it.
  const budgets = [1, 3, 2, 3, 2, 3, 2, 1, 2, 3, 1, 2, 0];
  const anew = (): Policy => ({
    minTime: 132_873,
    budget: budgets.shift() ?? 3,
    permit: true,
    manner: "go",
  });
  const { result, kicks } = await measure(anew, { latency: 66 });
  assertEquals(kicks, 4);
  assertEquals(result.kicks, kicks);
});

async function tryPolicy(random: Random): Promise<void> {
  const policy: Policy = {
    minTime: 500 + random.below(random.pick([10_000, 400_000])),
    budget: random.below(6),
    permit: random.oneIn(2),
    manner: random.pick(["go", "java", "core"]),
    clearsAt: () => random.below(2),
  };
  const path = {
    latency: random.below(150),
    jitter: random.pick([0, 10, 80]),
    random: () => random.below(1_000) / 1_000,
    gaps: random.oneIn(2) ? GAPS : gapsOf(random),
    origin: random.pick<Origin>([
      "unknown",
      policy.manner === "java" ? "connection" : "last-ping",
    ]),
  };
  const { result, kicks } = await measure(policy, path);
  const what = JSON.stringify({ policy, path, result }, null, 1);
  const slack = 2 * path.jitter + 1;
  // Quick PINGs that take as long as MinTime are not all early.
  const slowest = 12 * (2 * (path.latency + path.jitter) + 50);
  const rules = [
    [result.withStream, policy.minTime],
    [
      result.withoutStream,
      policy.permit ? policy.minTime : Math.max(7_200_000, policy.minTime),
    ],
  ] as const;
  for (const [rule, minTime] of rules) {
    if (minTime < slowest && rule?.kind === "unknown") continue;
    assert(rule?.kind === "enforced", what);
    assert(rule.above <= minTime + slack, what);
    assert(rule.atMost >= minTime - slack, what);
    if (minTime >= slowest) {
      // The first PING is free, but not with grpc-java.
      const free = policy.manner === "java" ? 0 : 1;
      assertEquals(rule.kickedBy, policy.budget + 1 + free, what);
    }
    requireTight(rule, minTime, path, what);
  }
  assertEquals(result.kicks, kicks, what);
  assert(kicks <= 2 * MOST_KICKS, what);
  const isKnown = result.permitWithoutStream !== undefined;
  if (isKnown) assertEquals(result.permitWithoutStream, policy.permit, what);
  else if (policy.minTime >= slowest) {
    assert(policy.minTime >= path.gaps[0] - slack - 10_000, what);
  }
}

/** The bracket is no wider than two neighbours of what was to be tried. */
function requireTight(
  { above, atMost }: { above: number; atMost: number },
  minTime: number,
  { gaps, origin }: { gaps: readonly number[]; origin: Origin },
  what: string,
): void {
  // What is not known of the time in which the connection was prepared.
  const unsure = origin === "last-ping" ? 2_000 : 10_000;
  const longer = gaps.findLast((gap) => gap > minTime + unsure) ?? Infinity;
  const shorter = gaps.find((gap) => gap < minTime - 6_000) ?? 0;
  assert(atMost <= longer + 10_000, what);
  assert(above >= shorter - unsure, what);
}

function gapsOf(random: Random): number[] {
  const count = 1 + random.below(12);
  const gaps = Array.from({ length: count }, () => 500 + random.below(400_000));
  return gaps.sort((a, b) => b - a);
}
