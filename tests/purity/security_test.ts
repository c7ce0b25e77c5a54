import { assert, assertEquals } from "@std/assert";
import { modules, ROOT } from "./source.ts";

const PAGE = new URL(".github/SECURITY.md", ROOT);
const README = new URL("README.md", ROOT);

/** The name of a limit in the code. */
const LIMIT = /^[A-Z]+(_[A-Z]+)*$/;

/** The words in code spans of a page. */
function spans(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span);
}

Deno.test("each limit that the page on security names is one of the code", async () => {
  const limits = spans(await Deno.readTextFile(PAGE))
    .filter((span) => LIMIT.test(span));
  const names = new Set(modules().flatMap(({ names }) => [...names]));
  assert(limits.length > 15, limits.join());
  assertEquals(limits.filter((limit) => !names.has(limit)), []);
});

/** The limits in the second column of a table, each with the file beside it. */
function places(line: string): Array<[limit: string, file: string]> {
  const [, , limits = ""] = line.split("|");
  return limits.split(";").flatMap((part) => {
    const file = /\(`([a-z_/]+\.ts)`\)/.exec(part)?.[1] ?? "no file";
    return spans(part)
      .filter((span) => LIMIT.test(span) && part.includes(`${span}\`,`))
      .map((limit): [string, string] => [limit, file]);
  });
}

Deno.test("each limit of the page on security stands in the file beside it", () => {
  const named = Deno.readTextFileSync(PAGE).split("\n")
    .filter((line) => line.startsWith("|"))
    .flatMap(places);
  assert(named.length > 15, named.join());
  const files = new Map(
    modules().map(({ path }) => [
      path,
      Deno.readTextFileSync(new URL(`src/${path}`, ROOT)),
    ]),
  );
  const misplaced = named.filter(([limit, file]) =>
    !files.get(file)?.includes(`const ${limit}`)
  );
  assertEquals(misplaced, []);
});

Deno.test("each option that the page on security names stands in the README", async () => {
  const page = await Deno.readTextFile(PAGE);
  const readme = await Deno.readTextFile(README);
  const cells = page.split("\n")
    .flatMap((line) => [...line.matchAll(/options? ([^|;:]+)/g)])
    .flatMap(([, cell]) => spans(cell))
    .filter((span) => /^[a-z][A-Za-z]+$/.test(span));
  assert(cells.length > 10, cells.join());
  assertEquals(cells.filter((option) => !readme.includes(option)), []);
});
