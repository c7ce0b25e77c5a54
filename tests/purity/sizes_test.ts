import { assert, assertEquals } from "@std/assert";
import { modules, ROOT } from "./source.ts";

/** The longest that a file of `src` may be, in lines. */
const MOST_LINES = 300;

/** Files that may be longer, and why. */
const LONGER: Readonly<Record<string, string>> = {
  "transport/transport.ts": "a public class, of which most is documentation",
};

function linesOf(path: string): number {
  const text = Deno.readTextFileSync(new URL(`src/${path}`, ROOT));
  return text.split("\n").length - 1;
}

Deno.test("no file of src has more than 300 lines, but for some with a reason", () => {
  const all = modules();
  assert(all.length > 100);
  const tooLong = all.map(({ path }) => ({ path, lines: linesOf(path) }))
    .filter(({ path, lines }) => lines > MOST_LINES && !(path in LONGER));
  assertEquals(tooLong, []);
});
