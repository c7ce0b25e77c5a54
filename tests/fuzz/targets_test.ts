import { assertEquals } from "@std/assert";
import { chooseSeed } from "../harness/seed.ts";
import { problemOf, Run } from "./engine.ts";
import { kept, readFailure } from "./failures.ts";
import { formatInput } from "./input_text.ts";
import type { Failure } from "./target.ts";
import { TARGETS, targetsNamed } from "./targets.ts";

/** Inputs of each target; `deno task fuzz` tries as many as it has time for. */
const INPUTS = 250;

for (const target of TARGETS) {
  Deno.test(`What must hold of ${target.name} holds for ${INPUTS} inputs`, async () => {
    const seed = chooseSeed();
    const failures: Failure[] = [];
    const run = new Run([target], seed, {
      failed: (failure) => failures.push(failure),
    });
    for (let i = 0; i < INPUTS; i++) await run.next(target);
    const told = failures.map(({ error, input }) =>
      `${error}\nInput: ${formatInput(input)}`
    );
    assertEquals(told, [], `Failed with SEED=${seed}`);
  });
}

for (const file of kept()) {
  const name = file.pathname.split("/").at(-1);
  Deno.test(`What failed once holds now: ${name}`, async () => {
    const { target: name, input } = readFailure(file);
    const [target] = targetsNamed([name]);
    assertEquals(await problemOf(target, input), undefined);
  });
}
