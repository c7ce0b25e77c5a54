import { assertEquals } from "@std/assert";
import { type InLine, Line } from "../../src/collections/mod.ts";
import { withSeed } from "../harness/seed.ts";

class Item implements InLine<Item> {
  line: object | undefined;
  ahead: Item | undefined;
  behind: Item | undefined;
  readonly name: number;

  constructor(name: number) {
    this.name = name;
  }
}

function drain(line: Line<Item>): number[] {
  const names: number[] = [];
  for (let item = line.shift(); item; item = line.shift()) {
    names.push(item.name);
  }
  return names;
}

Deno.test("A fresh line is empty", () => {
  const line = new Line<Item>();
  assertEquals([line.isEmpty, line.first, line.shift()], [
    true,
    undefined,
    undefined,
  ]);
});

Deno.test("First come, first served", () => {
  const line = new Line<Item>();
  for (const name of [3, 1, 2]) line.join(new Item(name));
  assertEquals([line.isEmpty, line.first?.name], [false, 3]);
  assertEquals(drain(line), [3, 1, 2]);
  assertEquals(line.isEmpty, true);
});

Deno.test("Who stands in a line keeps the place, and joins no other", () => {
  const [line, other] = [new Line<Item>(), new Line<Item>()];
  const items = [1, 2].map((name) => new Item(name));
  for (const item of [...items, ...items]) line.join(item);
  other.join(items[0]);
  other.leave(items[1]);
  assertEquals([drain(line), drain(other)], [[1, 2], []]);
});

Deno.test("Who has left may join again, at the end", () => {
  const line = new Line<Item>();
  const items = [1, 2, 3].map((name) => new Item(name));
  for (const item of items) line.join(item);
  line.leave(items[0]);
  line.leave(items[0]);
  line.join(items[0]);
  assertEquals(drain(line), [2, 3, 1]);
});

Deno.test(
  "A line does what an array does",
  withSeed((random) => {
    const items = Array.from({ length: 20 }, (_, name) => new Item(name));
    const line = new Line<Item>();
    let expected: Item[] = [];
    for (let i = 0; i < 5_000; i++) {
      const item = items[random.below(items.length)];
      switch (random.below(3)) {
        case 0:
          if (!expected.includes(item)) expected.push(item);
          line.join(item);
          break;
        case 1:
          expected = expected.filter((other) => other !== item);
          line.leave(item);
          break;
        default:
          assertEquals(line.shift()?.name, expected.shift()?.name);
      }
      assertEquals(line.first?.name, expected[0]?.name);
    }
    assertEquals(drain(line), expected.map(({ name }) => name));
  }),
);

Deno.test("To leave costs the same, however many wait", () => {
  let steps = 0;
  const counted = (name: number): Item =>
    new Proxy(new Item(name), {
      get(target, key) {
        steps++;
        return Reflect.get(target, key);
      },
      set(target, key, value) {
        steps++;
        return Reflect.set(target, key, value);
      },
    });
  const cost = (count: number): number => {
    const line = new Line<Item>();
    const items = Array.from({ length: count }, (_, name) => counted(name));
    for (const item of items) line.join(item);
    steps = 0;
    for (const at of [0, count >> 1, count - 1]) line.leave(items[at]);
    line.shift();
    return steps;
  };
  assertEquals(cost(10_000), cost(10));
});
