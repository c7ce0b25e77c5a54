import { assertEquals, assertStrictEquals } from "@std/assert";
import { Spares } from "../../src/collections/spares.ts";

Deno.test("A spare is taken once, the last that was kept first", () => {
  const spares = new Spares<object>(3);
  const [first, second] = [{ id: 1 }, { id: 2 }];
  assertEquals(spares.take(), undefined);
  spares.keep(first);
  spares.keep(second);
  assertStrictEquals(spares.take(), second);
  assertStrictEquals(spares.take(), first);
  assertEquals(spares.take(), undefined);
});

Deno.test("No more spares are kept than there is room for", () => {
  const spares = new Spares<number>(2);
  for (let i = 0; i < 100; i++) spares.keep(i);
  assertEquals([spares.take(), spares.take(), spares.take()], [
    1,
    0,
    undefined,
  ]);
});
