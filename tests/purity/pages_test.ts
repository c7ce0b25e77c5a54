import { assert, assertEquals } from "@std/assert";
import { ROOT, walk } from "./source.ts";

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

Deno.test("the scan of pages finds spans and links", () => {
  const text =
    "`src/a.ts`, `a/b.ts`, [c](./c.md#d), [e](../f.md), [g](https://h)";
  assertEquals(namedIn(".github/x.md", text), [
    "src/a.ts",
    ".github/c.md",
    "f.md",
  ]);
});
