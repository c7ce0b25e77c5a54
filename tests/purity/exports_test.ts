import { assertEquals } from "@std/assert";
import { EXPORTS } from "./exports.ts";
import { ROOT } from "./source.ts";

/** Every entrypoint of the package, and the module behind it. */
const entrypoints: Readonly<Record<string, string>> = JSON.parse(
  await Deno.readTextFile(new URL("deno.json", ROOT)),
).exports;

/** A list of names, and what comes before it. */
const LIST = /^export (?:type )?\{([^}]*)\} from "[^"]+";$/gm;

/** The names that a module lists; it has nothing but such lists. */
function listed(source: string): string[] {
  const code = source.replace(/\/\*\*[\s\S]*?\*\/|^\/\/.*$/gm, "");
  assertEquals(code.replace(LIST, "").trim(), "", "has more than lists");
  return [...code.matchAll(LIST)]
    .flatMap(([, names]) => names.split(","))
    .map((name) => name.trim().replace(/^type /, ""))
    .filter((name) => name !== "");
}

Deno.test("the entrypoints are those of the list", () => {
  assertEquals(Object.keys(entrypoints), Object.keys(EXPORTS));
});

/** Entrypoints that are run and not imported. */
const PROGRAMS: readonly string[] = ["./cli"];

for (const [entrypoint, path] of Object.entries(entrypoints)) {
  if (PROGRAMS.includes(entrypoint)) continue;
  Deno.test(`the exports of ${entrypoint} are those of the list`, async () => {
    const names = listed(await Deno.readTextFile(new URL(path, ROOT)));
    assertEquals(new Set(names).size, names.length, "a name is there twice");
    assertEquals(names.toSorted(), EXPORTS[entrypoint].toSorted());
  });
}

Deno.test("the first page and the README name each entrypoint", async () => {
  const { name } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  for (const page of ["mod.ts", "README.md"]) {
    const text = await Deno.readTextFile(new URL(page, ROOT));
    const missing = Object.keys(EXPORTS)
      .map((entrypoint) => `\`${name}${entrypoint.slice(1)}\``)
      .filter((specifier) => !text.includes(specifier));
    assertEquals(missing, [], page);
  }
});

Deno.test("a program exports nothing", async () => {
  for (const entrypoint of PROGRAMS) {
    const url = new URL(entrypoints[entrypoint], ROOT).href;
    assertEquals(Object.keys(await import(url)), EXPORTS[entrypoint]);
  }
});

Deno.test("what a user imports comes from few names", () => {
  assertEquals(EXPORTS["."].length <= 100, true, `${EXPORTS["."].length}`);
});

Deno.test("the scan of exports sees lists, and refuses all else", () => {
  assertEquals(
    listed(
      '/** x */\nexport { a, type B } from "./a.ts";\n// c\nexport type {\n  C,\n} from "./c.ts";\n',
    ),
    ["a", "B", "C"],
  );
});
