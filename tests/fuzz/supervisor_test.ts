import { assert, assertEquals, assertRejects } from "@std/assert";
import { supervise } from "./supervisor.ts";
import { ENDLESS, targetsNamed } from "./support/endless.ts";

const MODULE = new URL("./support/endless.ts", import.meta.url).href;

Deno.test("An input that never ends is told, and ends the run", async () => {
  const { failures, inputs } = await supervise({
    targets: [ENDLESS],
    seed: 1,
    seconds: 3_600,
    module: MODULE,
    patience: 300,
  });
  assertEquals(inputs.size, 0);
  const [{ target, input, error }] = failures;
  assertEquals([target, input], ["endless", 7]);
  assert(error.includes("did not end within 300 ms"), error);
});

Deno.test("A run tells its progress, and how many inputs there were", async () => {
  const seen: number[] = [];
  const { failures, inputs } = await supervise({
    targets: targetsNamed(["short"]),
    seed: 1,
    seconds: 0.5,
    module: MODULE,
    patience: 20_000,
    onProgress: (count) => seen.push(count),
  });
  assertEquals(failures, []);
  assert(inputs.get("short")! > 0);
  assert(seen.every((count) => count >= 0));
});

Deno.test("What goes wrong in the worker itself ends the run", async () => {
  await assertRejects(() =>
    supervise({
      targets: [ENDLESS],
      seed: 1,
      seconds: 1,
      module: "file:///nowhere/targets.ts",
    })
  );
});
