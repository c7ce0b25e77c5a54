import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ROOT } from "../purity/source.ts";

const decoder = new TextDecoder();

/** Runs the fuzzer with flags. */
async function fuzz(
  ...flags: string[]
): Promise<{ code: number; out: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "fuzz", ...flags],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  return { code, out: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("deno task fuzz tells its seed, and how many inputs there were", async () => {
  const { code, out } = await fuzz(
    "--seconds=0.3",
    "--seed=5",
    "--target=timeouts",
  );
  assertEquals(code, 0, out);
  assertStringIncludes(out, "Seed 5, 1 target, 0.3 s");
  assert(/timeouts +[0-9]+ inputs/.test(out), out);
});

Deno.test("deno task fuzz --json tells the same for programs", async () => {
  const { out } = await fuzz("--seconds=0.2", "--target=frames", "--json");
  const line = out.split("\n").find((line) => line.startsWith("{"))!;
  const { seed, inputs, failures } = JSON.parse(line);
  assert(Number.isInteger(seed) && inputs.frames > 0, line);
  assertEquals(failures, []);
});

Deno.test("deno task fuzz refuses what it does not know", async () => {
  for (const flag of ["--target=nothing", "--seconds=x", "--speed=1"]) {
    const { code } = await fuzz(flag);
    assert(code !== 0, flag);
  }
});
