import { assert, assertEquals } from "@std/assert";
import { ROOT, walk } from "./source.ts";
import { covers, testRuns } from "./tasks.ts";

const { tasks } = JSON.parse(
  Deno.readTextFileSync(new URL("deno.json", ROOT)),
);
const gate = Deno.readTextFileSync(new URL(".ci/run", ROOT));

/** The tasks that the gate runs. */
const gateTasks = [
  ...gate.matchAll(/^(?:step|counted) deno task (\S+)/gm),
].map(([, name]) => name);

Deno.test("the gate runs each test file, and runs it once", () => {
  assert(gateTasks.includes("test"));
  const runs = gateTasks.flatMap((name) => testRuns(tasks, name))
    .filter(({ flags }) => !flags.includes("--doc"));
  const files = [...walk(new URL("tests/", ROOT), "tests/")]
    .filter((path) => path.endsWith("_test.ts"));
  assert(files.length > 300);
  const wrong = files
    .map((file) => [file, runs.filter((run) => covers(run, file)).length])
    .filter(([, times]) => times !== 1);
  assertEquals(wrong, []);
});
