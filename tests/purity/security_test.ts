import { assert, assertEquals } from "@std/assert";
import { modules } from "./source.ts";

const PAGE = new URL("../../.github/SECURITY.md", import.meta.url);
const README = new URL("../../README.md", import.meta.url);

/** The words in code spans of a page. */
function spans(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span);
}

Deno.test("each limit that the page on security names is one of the code", async () => {
  const limits = spans(await Deno.readTextFile(PAGE))
    .filter((span) => /^[A-Z]+(_[A-Z]+)*$/.test(span));
  const names = new Set(modules().flatMap(({ names }) => [...names]));
  assert(limits.length > 15, limits.join());
  assertEquals(limits.filter((limit) => !names.has(limit)), []);
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
