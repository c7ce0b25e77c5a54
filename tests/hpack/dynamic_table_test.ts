import { assertEquals } from "@std/assert";
import { DynamicTable } from "../../src/hpack/dynamic_table.ts";
import { EncoderTable } from "../../src/hpack/encoder_table.ts";
import type { HeaderField } from "../../src/hpack/mod.ts";
import { withHeaders } from "./support.ts";

/** RFC 7541 section 4 as it is written, with no thought of cost. */
class PlainTable {
  entries: HeaderField[] = [];
  maxSize: number;

  constructor(maxSize: number) {
    this.maxSize = maxSize;
  }

  get size(): number {
    return this.entries.reduce(
      (sum, [n, v]) => sum + n.length + v.length + 32,
      0,
    );
  }

  insert(field: HeaderField): void {
    const size = field[0].length + field[1].length + 32;
    while (this.entries.length > 0 && this.size + size > this.maxSize) {
      this.entries.pop();
    }
    if (size <= this.maxSize) this.entries.unshift(field);
  }

  resize(maxSize: number): void {
    this.maxSize = maxSize;
    while (this.size > maxSize) this.entries.pop();
  }
}

Deno.test("entries are found newest first", () => {
  const table = new DynamicTable(4096);
  for (let i = 0; i < 100; i++) table.insert([`name-${i}`, ""]);
  assertEquals(table.length, 100);
  assertEquals(table.at(0), ["name-99", ""]);
  assertEquals(table.at(99), ["name-0", ""]);
});

Deno.test("an entry that fits exactly stays alone", () => {
  const table = new DynamicTable(42);
  table.insert(["abc", "12"]);
  table.insert(["abcde", "12345"]);
  assertEquals(table.snapshot(), {
    size: 42,
    maxSize: 42,
    entries: [["abcde", "12345"]],
  });
});

Deno.test("an entry larger than the table empties it", () => {
  const table = new DynamicTable(100);
  table.insert(["a", "1"]);
  assertEquals(table.insert(["a", "x".repeat(68)]), false);
  assertEquals(table.snapshot(), { size: 0, maxSize: 100, entries: [] });
  assertEquals(table.insert(["a", "x".repeat(67)]), true);
});

Deno.test("a table of size 0 takes nothing", () => {
  const table = new DynamicTable(0);
  assertEquals(table.insert(["", ""]), false);
  assertEquals(table.snapshot(), { size: 0, maxSize: 0, entries: [] });
});

Deno.test("the version changes with each change of an index", () => {
  const table = new DynamicTable(64);
  const versions = new Set([table.version]);
  table.insert(["a", "1"]);
  versions.add(table.version);
  table.resize(20);
  versions.add(table.version);
  table.insert(["too", "large"]);
  versions.add(table.version);
  assertEquals(versions.size, 4);
});

Deno.test(
  "a table does what section 4 says, whatever is entered and resized",
  withHeaders((random) => {
    for (let round = 0; round < 20; round++) {
      const size = random.below(2000);
      const table = new DynamicTable(size);
      const model = new PlainTable(size);
      for (let i = 0; i < 200; i++) {
        if (random.oneIn(20)) {
          const size = random.below(2000);
          table.resize(size);
          model.resize(size);
        } else {
          const length = random.oneIn(10) ? 500 : 40;
          const field = [random.text(length), random.text(length)] as const;
          table.insert(field);
          model.insert(field);
        }
        assertEquals(table.length, model.entries.length);
        for (const position of [0, table.length >> 1, table.length - 1]) {
          if (table.length === 0) break;
          assertEquals(table.at(position), model.entries[position]);
        }
      }
      const { entries, maxSize } = model;
      assertEquals(table.snapshot(), { size: model.size, maxSize, entries });
    }
  }),
);

Deno.test("static entries are found before dynamic ones, names too", () => {
  const table = new EncoderTable(4096);
  table.insert([":method", "PUT"]);
  assertEquals(table.find(":method", "POST"), 3);
  assertEquals(table.find(":method", "PUT"), 62);
  assertEquals(table.find(":method", "HEAD"), -2);
  assertEquals(table.findName(":method"), 2);
  assertEquals(table.find("unknown", ""), 0);
  assertEquals(table.findName("unknown"), 0);
});

Deno.test("the newest of several entries is found", () => {
  const table = new EncoderTable(4096);
  table.insert(["a", "1"]);
  table.insert(["a", "2"]);
  table.insert(["b", "1"]);
  table.insert(["a", "1"]);
  assertEquals(table.find("a", "1"), 62);
  assertEquals(table.find("a", "2"), 64);
  assertEquals(table.find("a", "3"), -62);
  assertEquals(table.findName("b"), 63);
});

Deno.test(
  "an encoder finds what is in its table and nothing else",
  withHeaders((random) => {
    const names = ["a", "b", ":path", "c", "d"];
    const values = ["", "1", "2", "x".repeat(50)];
    const table = new EncoderTable(300);
    for (let i = 0; i < 2000; i++) {
      if (random.oneIn(30)) table.resize(random.below(400));
      else table.insert([random.pick(names), random.pick(values)]);
      const { entries } = table.snapshot();
      for (const name of names) {
        const newest = entries.findIndex((entry) => entry[0] === name);
        const named = name === ":path" ? 4 : newest < 0 ? 0 : 62 + newest;
        assertEquals(table.findName(name), named);
        for (const value of values) {
          const position = entries.findIndex((entry) =>
            entry[0] === name && entry[1] === value
          );
          const expected = position < 0 ? -named : 62 + position;
          assertEquals(table.find(name, value), expected);
        }
      }
    }
  }),
);
