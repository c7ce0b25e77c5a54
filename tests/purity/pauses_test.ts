import { assert, assertEquals } from "@std/assert";
import { ROOT, walk } from "./source.ts";

/**
 * Where time may be waited for in so many milliseconds, and why. Elsewhere a
 * test waits for what is to come (`until`), has others have their turn
 * (`breathe`), or must be right however long it takes (`atLeast`).
 */
const ALLOWED: Readonly<Record<string, string>> = {
  "tests/harness/time.ts": "where those are",
  "tests/harness/relay.ts": "a slow path is made of pauses",
  "tests/bench/": "load and measurements last for a time",
  "tests/chaos/": "a plan in real time, whose judge allows for a busy machine",
  "tests/floods/": "an attack lasts for a time, which its outcome is judged by",
  "tests/interop/": "real peers, at their own speed, in processes",
  "tests/std/": "what the pauses themselves stand on",
};

/** Functions that wait, by the position of their milliseconds. */
const WAITING: Readonly<Record<string, number>> = {
  delay: 0,
  sleep: 0,
  setTimeout: 1,
};

/** The lines on which a test waits for some milliseconds. */
function pausesIn(path: string, source: string): string[] {
  const found: string[] = [];
  const visitor: Deno.lint.LintVisitor = {
    CallExpression({ callee, arguments: given, range }) {
      const name = nameOf(callee);
      if (name === undefined || !Object.hasOwn(WAITING, name)) return;
      const time = given[WAITING[name]];
      if (time === undefined) return;
      if (time.type === "Literal" && time.value === 0) return;
      const line = source.slice(0, range[0]).split("\n").length;
      found.push(`${path}:${line} ${name}`);
    },
  };
  Deno.lint.runPlugin(
    { name: "pauses", rules: { read: { create: () => visitor } } },
    path,
    source,
  );
  return found;
}

/** The name of `f` in `f()`, and in `globalThis.f()`. */
function nameOf(callee: Deno.lint.Expression): string | undefined {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type !== "MemberExpression") return undefined;
  const { object, property } = callee;
  const isGlobal = object.type === "Identifier" && object.name === "globalThis";
  return isGlobal && property.type === "Identifier" ? property.name : undefined;
}

function isAllowed(path: string): boolean {
  return Object.keys(ALLOWED).some((place) => path.startsWith(place));
}

Deno.test("no test waits for so many milliseconds in which something should have happened", () => {
  const pauses = [...walk(new URL("tests/", ROOT), "tests/")]
    .filter((path) => path.endsWith(".ts") && !isAllowed(path))
    .sort()
    .flatMap((path) =>
      pausesIn(path, Deno.readTextFileSync(new URL(path, ROOT)))
    );
  assertEquals(pauses, []);
});

Deno.test("each place where it may be is there, with a reason", () => {
  for (const [place, reason] of Object.entries(ALLOWED)) {
    assert(Deno.statSync(new URL(place, ROOT)), place);
    assert(reason.length > 0, place);
  }
});

Deno.test("the scan of pauses finds each, and nothing else", () => {
  const lines = [
    "await delay(20);",
    "await delay(LONG);",
    "setTimeout(() => {}, 30);",
    "new Promise((resolve) => setTimeout(resolve, 1, 2));",
    "globalThis.setTimeout(run, time);",
    "setTimeout(run);",
    "setTimeout(run, 0);",
    "await until(() => delayed);",
    "const text = 'await delay(20)'; // delay(20)",
    "this.#setTimeout(run, 20);",
    "clock.setTimeout(run, 20);",
  ];
  const found = pausesIn("a.ts", lines.join("\n"));
  assertEquals(found, [
    "a.ts:1 delay",
    "a.ts:2 delay",
    "a.ts:3 setTimeout",
    "a.ts:4 setTimeout",
    "a.ts:5 setTimeout",
  ]);
});
