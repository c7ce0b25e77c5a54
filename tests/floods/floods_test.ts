import { assertEquals } from "@std/assert";
import { type Outcome, run } from "./arena.ts";
import type { AttackLimits } from "./attack.ts";
import { judge } from "./judge.ts";
import { FLOODS, HONEST_CALLS } from "./table.ts";

/** Short: `deno task floods` takes its time. */
const LIMITS: AttackLimits = {
  time: 800,
  octets: 24 * 1_048_576,
  connections: 500,
};

/** What is wrong each time is wrong; the rest is a machine that is busy. */
const TRIES = 3;

let honest: Promise<Outcome> | undefined;

for (const row of FLOODS) {
  Deno.test({
    name: `A ${row.role} bears a flood: ${row.name}`,
    async fn() {
      const { cost } = await (honest ??= run(HONEST_CALLS, LIMITS));
      let problems: string[] = [];
      for (let i = 0; i < TRIES; i++) {
        const outcome = await run(row, LIMITS);
        problems = judge(row, outcome, cost, false);
        if (problems.length === 0) break;
      }
      assertEquals(problems, []);
    },
  });
}
