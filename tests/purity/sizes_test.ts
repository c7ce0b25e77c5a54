import { assert, assertEquals } from "@std/assert";
import { modules, ROOT } from "./source.ts";

/** The longest that a file of `src` may be, in lines. */
const MOST_LINES = 300;

function linesOf(path: string): number {
  const text = Deno.readTextFileSync(new URL(`src/${path}`, ROOT));
  return text.split("\n").length - 1;
}

Deno.test("no file of src has more than 300 lines", () => {
  const all = modules();
  assert(all.length > 100);
  const tooLong = all.map(({ path }) => ({ path, lines: linesOf(path) }))
    .filter(({ lines }) => lines > MOST_LINES);
  assertEquals(tooLong, []);
});
