import { assertEquals } from "@std/assert";
import { Few, type FewOf } from "../../src/collections/mod.ts";

interface Item {
  readonly key: string;
  readonly value: number;
}

const FEW = new Few(({ key }: Item) => key);

function item(key: string, value: number): Item {
  return { key, value };
}

Deno.test("a value that is alone is held by the field itself", () => {
  const a = item("a", 1);
  const other = item("a", 2);
  let held: FewOf<string, Item>;
  assertEquals([FEW.size(held), [...FEW.values(held)]], [0, []]);
  assertEquals(FEW.get(held, "a"), undefined);
  held = FEW.with(held, a);
  assertEquals(held === a, true);
  assertEquals([FEW.size(held), [...FEW.values(held)]], [1, [a]]);
  assertEquals([FEW.get(held, "a"), FEW.get(held, "b")], [a, undefined]);
  held = FEW.with(held, other);
  assertEquals(held === other, true);
  held = FEW.without(held, "b");
  assertEquals(held === other, true);
  assertEquals(FEW.without(held, "a"), undefined);
  assertEquals(FEW.without(undefined, "a"), undefined);
});

Deno.test("several are a map until the last of them has gone", () => {
  let held: FewOf<string, Item>;
  for (const each of [item("b", 1), item("a", 2), item("b", 3)]) {
    held = FEW.with(held, each);
  }
  assertEquals([FEW.size(held), [...FEW.values(held)]], [
    2,
    [item("b", 3), item("a", 2)],
  ]);
  assertEquals(FEW.get(held, "a"), item("a", 2));
  held = FEW.without(held, "a");
  assertEquals([...FEW.values(held)], [item("b", 3)]);
  held = FEW.with(held, item("c", 4));
  held = FEW.without(held, "none");
  assertEquals([FEW.size(held), FEW.get(held, "c")], [2, item("c", 4)]);
  held = FEW.without(FEW.without(held, "b"), "c");
  assertEquals(held, undefined);
});

Deno.test("one that is alone is found, whatever holds it", () => {
  const a = item("a", 1);
  assertEquals(FEW.only(undefined), undefined);
  assertEquals(FEW.only(a) === a, true);
  const two = FEW.with(a, item("b", 2));
  assertEquals(FEW.only(two), undefined);
  assertEquals(FEW.only(FEW.without(two, "b")) === a, true);
});
