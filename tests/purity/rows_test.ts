import { assert, assertEquals } from "@std/assert";
import { ROOT, walk } from "./source.ts";

const PAGE = new URL("tests/README.md", ROOT);

/** The rows of the page: what each number is called. */
function rowsOf(page: string): Map<number, string> {
  const rows = page.matchAll(
    /^\| (\d+) +\| ([A-Z]{2}-[a-z0-9-]+) +\| (\S.*?) +\| (\S.*?) +\|$/gm,
  );
  return new Map([...rows].map(([, id, name]) => [Number(id), name]));
}

/** A row that the name of a test refers to, with what it is called there. */
interface Reference {
  readonly id: number;
  readonly name: string | undefined;
}

/** The references in texts such as "60 DR-sequence", "Rows 74 and 104". */
function referencesIn(path: string, source: string): Reference[] {
  const found: Reference[] = [];
  const read = (text: string) => {
    for (
      const [, id, name] of text.matchAll(/\b(\d+) ([A-Z]{2}-[a-z0-9-]+)/g)
    ) {
      found.push({ id: Number(id), name });
    }
    const plain = text.matchAll(
      /\bRows? (\d+(?:(?:, | and )\d+)*)(?! [A-Z]{2}-)\b/g,
    );
    for (const [, list] of plain) {
      for (const id of list.match(/\d+/g) ?? []) {
        found.push({ id: Number(id), name: undefined });
      }
    }
  };
  const visitor: Deno.lint.LintVisitor = {
    Literal: ({ value }) => void (typeof value === "string" && read(value)),
    TemplateElement: ({ cooked }) => read(cooked),
  };
  Deno.lint.runPlugin(
    { name: "rows", rules: { read: { create: () => visitor } } },
    path,
    source,
  );
  return found;
}

/** What the names of all tests refer to, and where. */
function references(): Array<Reference & { readonly path: string }> {
  return [...walk(new URL("tests/", ROOT), "tests/")]
    .filter((path) => path.endsWith("_test.ts"))
    .filter((path) => path !== "tests/purity/rows_test.ts")
    .sort()
    .flatMap((path) =>
      referencesIn(path, Deno.readTextFileSync(new URL(path, ROOT)))
        .map((reference) => ({ path, ...reference }))
    );
}

Deno.test("each row in the name of a test is explained in tests/README.md", () => {
  const rows = rowsOf(Deno.readTextFileSync(PAGE));
  assert(rows.size > 100);
  const unknown = references().filter(({ id, name }) =>
    !rows.has(id) || (name !== undefined && rows.get(id) !== name)
  );
  assertEquals(unknown, []);
});

Deno.test("each row of tests/README.md is the subject of a test", () => {
  const used = new Set(references().map(({ id }) => id));
  const rows = [...rowsOf(Deno.readTextFileSync(PAGE)).keys()];
  assertEquals(rows.filter((id) => !used.has(id)), []);
});

Deno.test("the map of tests/README.md names each folder of tests, and no other", () => {
  const page = Deno.readTextFileSync(PAGE);
  const named = [...page.matchAll(/^\| `([a-z0-9_]+)` +\|/gm)]
    .map(([, folder]) => folder);
  const folders = [...Deno.readDirSync(new URL("tests/", ROOT))]
    .filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => name);
  assertEquals(named.sort(), folders.sort());
});

Deno.test("the scan of names finds each way to refer to a row", () => {
  const found = referencesIn(
    "a_test.ts",
    `// Row 1
    Deno.test("2 KC-clamp: ten seconds", () => {});
    Deno.test("Row 3 KC-timeout-default: 20 s", () => {});
    Deno.test("Row 4: closed", () => {});
    Deno.test(\`Rows 5 and 6: \${how} 7 s\`, () => {});`,
  );
  assertEquals(found, [
    { id: 2, name: "KC-clamp" },
    { id: 3, name: "KC-timeout-default" },
    { id: 4, name: undefined },
    { id: 5, name: undefined },
    { id: 6, name: undefined },
  ]);
});
