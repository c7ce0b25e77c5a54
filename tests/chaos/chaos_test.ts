import { assertEquals } from "@std/assert";
import { conduct } from "./conductor.ts";
import { judge } from "./judge.ts";
import { DISTURBANCES, makePlan } from "./plan.ts";
import { timeline } from "./report.ts";
import { ours } from "./stacks.ts";

/** All seven kinds of disturbance, in an order that it draws. */
const SEED = 1;

Deno.test({
  name:
    "A channel keeps its promises while its server and its network come and go",
  // Two servers share a port, which only Linux spreads connections over.
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const plan = makePlan({
      seed: SEED,
      duration: 25_000,
      count: DISTURBANCES.length,
      rate: 25,
      deadline: 5_000,
      keepalive: { time: 500, timeout: 1_600 },
    });
    console.log(`Seed ${plan.seed}`);
    const run = await conduct(plan, [ours], () => {});
    const [client] = run.clients;
    const verdict = judge(run, client);
    assertEquals(verdict.broken, [], timeline(run, client, verdict));
    assertEquals(verdict.windows.length, DISTURBANCES.length);
  },
});
