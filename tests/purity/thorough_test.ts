import { assert, assertEquals } from "@std/assert";
import { ROOT } from "./source.ts";
import { testRuns } from "./tasks.ts";

const FLAG = "--preload=tests/harness/thorough.ts";

const { tasks } = JSON.parse(
  Deno.readTextFileSync(new URL("deno.json", ROOT)),
);

Deno.test("each task that runs tests turns on the checks of many items", () => {
  const runs = Object.keys(tasks).flatMap((name) => testRuns(tasks, name));
  const others = runs.filter(({ flags }) => !flags.includes("--doc"));
  assert(others.length > 3);
  for (const { flags, paths } of others) {
    assert(flags.includes(FLAG), `deno test ${paths.join(" ")} lacks ${FLAG}`);
  }
});

Deno.test("that flag turns them on, and without it they are off", async () => {
  const module = new URL("src/invariants/mod.ts", ROOT).href;
  const program = `import { isThoroughFor } from "${module}";
    console.log(isThoroughFor(1));`;
  for (const [flags, expected] of [[[FLAG], "true\n"], [[], "false\n"]]) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", ...flags, program],
      cwd: ROOT,
    }).output();
    assertEquals(new TextDecoder().decode(stdout), expected);
  }
});
