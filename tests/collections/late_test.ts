import { assertEquals } from "@std/assert";
import { LateMap, LateSet } from "../../src/collections/mod.ts";

Deno.test("a map that is made late is one", () => {
  const map = new LateMap<string, number>();
  const look = () => [map.size, [...map.keys()], [...map.values()]];
  assertEquals(look(), [0, [], []]);
  assertEquals([map.get("a"), map.has("a"), map.delete("a")], [
    undefined,
    false,
    false,
  ]);
  map.set("a", 1);
  map.set("b", 2);
  map.set("a", 3);
  assertEquals([map.get("a"), map.has("b")], [3, true]);
  assertEquals(look(), [2, ["a", "b"], [3, 2]]);
  assertEquals([map.delete("a"), map.delete("a")], [true, false]);
  assertEquals([map.delete("b"), map.size], [true, 0]);
  map.set("c", 4);
  map.clear();
  assertEquals(look(), [0, [], []]);
});

Deno.test("a map of one entry replaces its value, and starts anew without it", () => {
  const map = new LateMap<string, number | undefined>();
  const look = () => [map.size, [...map.keys()], [...map.values()]];
  map.set("a", 1);
  map.set("a", undefined);
  assertEquals([map.has("a"), map.get("a")], [true, undefined]);
  assertEquals(look(), [1, ["a"], [undefined]]);
  assertEquals([map.has("b"), map.get("b"), map.delete("b")], [
    false,
    undefined,
    false,
  ]);
  assertEquals([map.delete("a"), map.has("a"), map.size], [true, false, 0]);
  map.set("b", 2);
  map.set("a", 1);
  map.delete("b");
  map.set("b", 3);
  assertEquals(look(), [2, ["a", "b"], [1, 3]]);
});

Deno.test("a set that is made late is one", () => {
  const set = new LateSet<string>();
  assertEquals([set.size, [...set], set.has("a"), set.delete("a")], [
    0,
    [],
    false,
    false,
  ]);
  set.add("a");
  set.add("b");
  set.add("a");
  assertEquals([set.size, [...set], set.has("a")], [2, ["a", "b"], true]);
  assertEquals([set.delete("a"), set.delete("a")], [true, false]);
  assertEquals([set.delete("b"), set.size, [...set]], [true, 0, []]);
});

Deno.test("items that leave while others are gone through are passed over", () => {
  const set = new LateSet<number>();
  for (const item of [1, 2, 3]) set.add(item);
  const seen: number[] = [];
  for (const item of set) {
    seen.push(item);
    for (const each of [1, 2, 3]) set.delete(each);
  }
  assertEquals([seen, set.size], [[1], 0]);
});
