import { assert, assertEquals, assertThrows } from "@std/assert";
import { inputOf, kindOf, problemOf, Run } from "./engine.ts";
import { formatInput, parseInput } from "./input_text.ts";
import { shrink, smaller } from "./shrink.ts";
import type { Failure, Target } from "./target.ts";
import { TARGETS, targetsNamed } from "./targets.ts";

/** Fails when two octets in a row are equal and above 3. */
const TWINS: Target<{ octets: Uint8Array; note: string }> = {
  name: "twins",
  about: "a target with a fault",
  generate: (random) => ({ octets: random.octets(40), note: "some words" }),
  run({ octets }) {
    const at = octets.findIndex((octet, i) =>
      octet > 3 && octet === octets[i + 1]
    );
    if (at >= 0) throw new Error(`Twins of ${octets[at]} at ${at}`);
  },
};

async function failuresOf(inputs: number): Promise<Failure[]> {
  const failures: Failure[] = [];
  const run = new Run([TWINS], 1, {
    failed: (failure) => failures.push(failure),
  });
  while (run.inputs.get(TWINS.name)! < inputs) await run.next(TWINS);
  return failures;
}

Deno.test("A fault is found, told once, and its input made small", async () => {
  const failures = await failuresOf(500);
  assertEquals(failures.length, 1);
  const [{ target, input, error }] = failures;
  const { octets, ...others } = input as { octets: Uint8Array };
  assertEquals([target, octets.length, others], ["twins", 2, {}]);
  assert(error.startsWith("Error: Twins of"), error);
});

Deno.test("A seed brings the same inputs and failures again", async () => {
  const [first] = await failuresOf(500);
  const [second] = await failuresOf(500);
  assertEquals([second.index, second.input], [first.index, first.input]);
  assertEquals(inputOf(TWINS, 7, 3), inputOf(TWINS, 7, 3));
  for (const [seed, index] of [[7, 4], [8, 3]]) {
    const other = formatInput(inputOf(TWINS, seed, index));
    assert(other !== formatInput(inputOf(TWINS, 7, 3)), "The same input");
  }
});

Deno.test("An input that takes long for its size is a failure", async () => {
  const slow: Target<number> = {
    ...TWINS,
    generate: () => 0,
    run(milliseconds) {
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
    },
  };
  assertEquals(await problemOf(slow, 0), undefined);
  const problem = await problemOf(slow, 500);
  assert(problem?.message.startsWith("took "), `${problem}`);
});

Deno.test("What an asynchronous target rejects with is a failure", async () => {
  const target: Target<null> = {
    ...TWINS,
    generate: () => null,
    run: () => Promise.reject(new TypeError("Later")),
  };
  const problem = await problemOf(target, null);
  assertEquals(problem && kindOf(problem), "TypeError: Later");
});

Deno.test("An input is text and input again, special numbers included", () => {
  const input = {
    octets: Uint8Array.of(0, 255),
    list: [1, -0, NaN, Infinity, -Infinity, undefined, null, true, "text"],
    none: undefined,
  };
  assertEquals(parseInput(formatInput(input)), input);
});

Deno.test("Inputs become smaller in each way that they can", async () => {
  const fails = (input: unknown) =>
    Promise.resolve(/[3-9]/.test(formatInput(input)));
  assertEquals(await shrink([[10, 700], "a".repeat(9) + "5"], fails), ["5"]);
  assertEquals(await shrink({ a: 8, b: { c: [1] } }, fails), { a: 3 });
  assertEquals([...smaller(0)], []);
  assertEquals([...smaller(Infinity)], [0]);
  assertEquals([...smaller(true)], [false]);
});

Deno.test("An unknown target is refused by name", () => {
  assertThrows(
    () => targetsNamed(["frame"]),
    RangeError,
    `Cannot fuzz "frame"`,
  );
  assertEquals(targetsNamed(["frames"]), [TARGETS[0]]);
});

Deno.test("Each target has a name of its own", () => {
  const names = TARGETS.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
});
