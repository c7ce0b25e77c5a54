import { assert, assertEquals } from "@std/assert";
import { PURE_FOLDERS, ROOT, walk } from "./source.ts";
import { covers, hasPermissions, testRuns } from "./tasks.ts";

const config = JSON.parse(
  Deno.readTextFileSync(new URL("deno.json", ROOT)),
);

/** The test files of the pure folders, as paths from the root. */
function pureTests(): string[] {
  return [...walk(new URL("tests/", ROOT), "tests/")].filter((path) =>
    path.endsWith("_test.ts") && PURE_FOLDERS.includes(path.split("/")[1])
  ).sort();
}

Deno.test("the task `test` runs the tests of the pure folders, each once and without any permission", () => {
  const runs = testRuns(config.tasks, "test");
  const tests = pureTests();
  assert(tests.length > 0);
  for (const file of tests) {
    const covering = runs.filter((run) => covers(run, file));
    assertEquals(covering.length, 1, `${file} is run`);
    assertEquals(hasPermissions(covering[0]), false, `${file} is permitted`);
  }
});

Deno.test("deno.json gives tests no permissions of their own", () => {
  assertEquals(config.permissions, undefined);
  assertEquals(config.test.permissions, undefined);
});

Deno.test("the reading of tasks finds runs in other tasks, and their permissions", () => {
  const tasks = {
    test: "deno task pure && deno task io",
    pure: "deno test --no-prompt tests/frames tests/session/a_test.ts",
    io: { command: "deno fmt --check && deno test -A tests/transport" },
  };
  const [pure, io] = testRuns(tasks, "test");
  assertEquals(pure.paths, ["tests/frames", "tests/session/a_test.ts"]);
  assertEquals(hasPermissions(pure), false);
  assertEquals(hasPermissions(io), true);
  assert(covers(pure, "tests/frames/ping_test.ts"));
  assert(!covers(pure, "tests/frames_more/ping_test.ts"));
  assert(!covers(pure, "tests/session/b_test.ts"));
});

Deno.test("each way to give a permission is seen", () => {
  const given = (flag: string) =>
    hasPermissions({ flags: ["--no-prompt", flag], paths: [] });
  for (
    const flag of ["-A", "-R", "-RW", "-P", "--allow-net=127.0.0.1", "-qA"]
  ) assert(given(flag), flag);
  for (const flag of ["-q", "--parallel", "--coverage", "--fail-fast"]) {
    assert(!given(flag), flag);
  }
  assert(hasPermissions({ flags: [], paths: [] }), "a prompt may be answered");
});
