import { assert, assertEquals } from "@std/assert";
import { FOLDERS, ROOT, walk } from "./source.ts";

/** The pages for those who work on the project. */
function pages(): string[] {
  return [
    ...[...walk(new URL(".github/", ROOT), ".github/")],
    "tests/README.md",
    "README.md",
  ].filter((path) => path.endsWith(".md"));
}

/** The files and folders that a page names in code spans and links. */
function namedIn(page: string, text: string): string[] {
  const spans = [...text.matchAll(/`((?:src|tests|examples|\.ci)\/[\w./-]*)`/g)]
    .map(([, path]) => path);
  const links = [...text.matchAll(/\]\((\.[^)#]*)/g)]
    .map(([, path]) =>
      new URL(path, new URL(page, "file:///")).pathname.slice(1)
    );
  return [...spans, ...links];
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
}

Deno.test("the files that the pages name are there", () => {
  const named = pages().flatMap((page) =>
    namedIn(page, Deno.readTextFileSync(new URL(page, ROOT)))
      .map((path) => ({ page, path }))
  );
  assert(named.length > 20, JSON.stringify(named));
  assertEquals(named.filter(({ path }) => !isThere(path)), []);
});

Deno.test("the tasks that the pages name are those of deno.json", () => {
  const { tasks } = JSON.parse(
    Deno.readTextFileSync(new URL("deno.json", ROOT)),
  );
  const named = pages().flatMap((page) =>
    [
      ...Deno.readTextFileSync(new URL(page, ROOT))
        .matchAll(/deno(?:@[\d.]+)? task ([a-z][\w:]*)/g),
    ]
      .map(([, task]) => ({ page, task }))
  );
  assert(named.length > 20, JSON.stringify(named));
  assertEquals(named.filter(({ task }) => !(task in tasks)), []);
});

/** A section of the page on the architecture, by its headline. */
function section(headline: string): string {
  const page = Deno.readTextFileSync(new URL(".github/ARCHITECTURE.md", ROOT));
  const [, rest = ""] = page.split(`## ${headline}\n`);
  return rest.split("\n## ")[0];
}

Deno.test("the picture of the architecture has each room of src", () => {
  const [, picture = ""] = section("The rooms").split("```");
  const words = new Set(picture.match(/[a-z]+/g));
  assertEquals(FOLDERS.filter((room) => !words.has(room)), []);
});

Deno.test("states are drawn where the page on the architecture says so", () => {
  const files = section("Where the states are drawn").match(/src\/[\w./]+/g);
  assert(files !== null && files.length > 5, String(files));
  const without = files.filter((file) =>
    !/ \* ```te?xt\n/.test(Deno.readTextFileSync(new URL(file, ROOT)))
  );
  assertEquals(without, []);
});

Deno.test("the scan of pages finds spans and links", () => {
  const text =
    "`src/a.ts`, `a/b.ts`, [c](./c.md#d), [e](../f.md), [g](https://h)";
  assertEquals(namedIn(".github/x.md", text), [
    "src/a.ts",
    ".github/c.md",
    "f.md",
  ]);
});
