import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { linesOf, type Outcome } from "./support.ts";

const ROOT = new URL("../../", import.meta.url);

const TASKS: Record<string, readonly string[]> = {
  fuzz: ["--seconds", "--seed", "--target", "--replay", "--list", "--json"],
  floods: [
    "--only",
    "--seconds",
    "--mebibytes",
    "--connections",
    "--strict",
    "--json",
  ],
  chaos: ["--seed", "--duration", "--count", "--alone", "--json"],
  h2spec: ["--program", "--json"],
  conformance: ["--json"],
};

const MISTAKES: readonly [task: string, flags: string, answer: RegExp][] = [
  ["fuzz", "--secnds=1", /Unknown option '--secnds=1' \(Did you mean --sec/],
  ["fuzz", "--seconds=0", /--seconds: expected a number from 0\.1, .* "0"/],
  ["fuzz", "--seconds=x", /--seconds: expected a number from 0\.1, .* "x"/],
  ["fuzz", "--seconds=", /--seconds: expected a number from 0\.1, .* ""/],
  ["fuzz", "--seconds=Infinity", /--seconds: expected a number from 0\.1/],
  ["fuzz", "--seed=1.5", /--seed: expected a whole number from 0/],
  ["fuzz", "--seed=-1", /--seed: expected a whole number from 0/],
  ["fuzz", "--target=nothing", /--target: .*"nothing": expected one of \w+/],
  ["fuzz", "--replay=/nowhere", /--replay: No such file/],
  ["fuzz", "--replay=deno.json", /--replay: Cannot fuzz "undefined"/],
  ["fuzz", "server", /Unexpected "server", expected flags only/],
  ["floods", "--seconds=x", /--seconds: expected a number from 0\.1, .* "x"/],
  ["floods", "--seconds=0", /--seconds: expected a number from 0\.1, .* "0"/],
  ["floods", "--seconds", /'--seconds <seconds>' argument missing/],
  ["floods", "--only=NOPE", /--only: expected part of the name of a flood/],
  ["floods", "--mebibytes=-1", /--mebibytes: expected a number from 1/],
  ["floods", "--connections=1.5", /--connections: expected a whole number/],
  ["floods", "--stric", /Unknown option '--stric' \(Did you mean --strict\?\)/],
  ["chaos", "--duration=x", /--duration: expected a number from 10, .* "x"/],
  ["chaos", "--duration=1", /--duration: expected a number from 10, .* "1"/],
  ["chaos", "--count=0", /--count: expected a whole number from 1/],
  ["chaos", "--count=121", /--count: expected at most one a second .* 121/],
  ["chaos", "--seed=x", /--seed: expected a whole number from 0/],
  ["chaos", "--alon", /Unknown option '--alon' \(Did you mean --alone\?\)/],
  ["h2spec", "--jsn", /Unknown option '--jsn' \(Did you mean --json\?\)/],
  ["h2spec", "--program=/nowhere", /--program: expected the path of h2spec/],
  ["h2spec", "--program", /'--program <path>' argument missing/],
  ["h2spec", "http2/6.5", /Unexpected "http2\/6\.5", expected flags only/],
  ["conformance", "--jsn", /Unknown option '--jsn' \(Did you mean --json\?\)/],
  ["bench:peers", "--jobs=x", /--jobs: there is no "x", expected some of \w+/],
  ["bench:peers", "--only=zig", /--only: expected words in one of "@keep/],
  ["bench:peers", "--rounds=0", /--rounds: expected a whole number from 1/],
  ["bench:peers", "--draw", /--draw: it goes with --out/],
  ["bench:peers", "--page=x.md", /--page: it goes with --out/],
  ["bench:peers", "--jsn", /Unknown option '--jsn' \(Did you mean --json\?\)/],
  ["conformance", "6.5", /Unexpected "6\.5", expected flags only/],
];

async function runTask(task: string, ...flags: string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "--cwd", ROOT.pathname, task, ...flags],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return {
    status: code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

for (const [task, flags] of Object.entries(TASKS)) {
  Deno.test(`deno task ${task} --help tells its purpose, its flags and examples, and runs nothing`, async () => {
    const { status, stdout, stderr } = await runTask(task, "--help");
    assertEquals([status, stderr], [0, ""]);
    assertMatch(
      stdout,
      new RegExp(`^Usage: deno task ${task} \\[flags\\]\n\n`),
    );
    assertStringIncludes(stdout.replaceAll("\n", " "), "exit status is 1");
    assertMatch(stdout, new RegExp(`\nExamples:\n  deno task ${task}`));
    const named = [...stdout.matchAll(/^ {2}(--[a-z]+)/gm)]
      .map(([, name]) => name);
    assertEquals(named, [...flags, "--help"]);
  });
}

for (const [task, flags, answer] of MISTAKES) {
  Deno.test(`deno task ${task} ${flags} is answered with one line and status 2`, async () => {
    const { status, stdout, stderr } = await runTask(task, flags);
    assertEquals(linesOf(stderr).length, 1, stderr);
    assertMatch(stderr, new RegExp(`^${task}: `));
    assertMatch(stderr, answer);
    assertEquals([status, stdout], [2, ""]);
  });
}

Deno.test("deno task conformance --json prints JSON, and all answers are right", async () => {
  const { status, stdout } = await runTask("conformance", "--json");
  const lines: { ok: boolean }[] = JSON.parse(stdout);
  assertEquals(lines.filter(({ ok }) => !ok), []);
  assertEquals(status, 0);
});

Deno.test("each task of deno.json says what it does", () => {
  const { tasks } = JSON.parse(
    Deno.readTextFileSync(new URL("deno.json", ROOT)),
  );
  for (
    const [name, { description }] of Object.entries<Record<string, string>>(
      tasks,
    )
  ) {
    assertMatch(description, /^\S.{8,}/, name);
  }
});
