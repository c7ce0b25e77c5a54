import { assertEquals, assertLessOrEqual, assertThrows } from "@std/assert";
import {
  type HeaderField,
  HeaderListTooLargeError,
  HpackDecoder,
  HpackEncoder,
} from "../../src/hpack/mod.ts";
import { DynamicTable } from "../../src/hpack/dynamic_table.ts";
import { concat, literal, octets } from "./support.ts";

/** Octets that count how many of them are read or written. */
class CountedOctets {
  /** How many octets were read or written. */
  count = 0;
  /** The octets, to be passed on. */
  readonly octets: Uint8Array;

  constructor(octets: Uint8Array) {
    this.octets = new Proxy(octets, {
      get: (target, key) => {
        if (typeof key === "string" && /^\d+$/.test(key)) this.count++;
        if (key === "subarray" || key === "slice") {
          return (start: number, end: number) => {
            this.count += end - start;
            return target[key](start, end);
          };
        }
        return Reflect.get(target, key, target);
      },
      set: (target, key, value) => {
        this.count++;
        return Reflect.set(target, key, value, target);
      },
    });
  }
}

function repeat(unit: Uint8Array, count: number): Uint8Array {
  const whole = new Uint8Array(unit.length * count);
  for (let i = 0; i < count; i++) whole.set(unit, i * unit.length);
  return whole;
}

const UNITS: Readonly<Record<string, Uint8Array>> = {
  "an index": octets("82"),
  "a long index": octets("ff 80 80 80 80 00"),
  "an entry that evicts others": literal(0x40, "", ""),
  "a literal": literal(0x00, "name", "value"),
  "a secret": literal(0x10, "name", "value"),
  "a Huffman string": octets("04 84 00 00 00 7f"),
  "a Huffman string of long codes": octets("04 84 ff ff ff f3"),
};

for (const [name, unit] of Object.entries(UNITS)) {
  Deno.test(`the reads for ${name} grow as the block does`, () => {
    const prefix = literal(0x40, "a", "b");
    const entries = Array.from({ length: 66 }, () => prefix);
    const reads = [500, 1000].map((count) => {
      const block = concat(...entries, repeat(unit, count));
      const counted = new CountedOctets(block);
      new HpackDecoder().decode(counted.octets);
      return counted.count;
    });
    assertLessOrEqual(reads[1], 2.01 * reads[0]);
    assertLessOrEqual(reads[1], 4 * (66 * prefix.length + 1000 * unit.length));
  });
}

Deno.test("the reads for one long string grow as it does", () => {
  for (const huffman of [true, false]) {
    const reads = [20_000, 40_000].map((length) => {
      const encoder = new HpackEncoder({ huffman });
      const block = encoder.encode([["x", "0".repeat(length)]]);
      const counted = new CountedOctets(block);
      new HpackDecoder().decode(counted.octets);
      return counted.count;
    });
    assertLessOrEqual(reads[1], 2.01 * reads[0]);
  }
});

Deno.test("the reads for a list over the limit grow as the block does", () => {
  const unit = literal(0x00, "name", "value");
  const reads = [500, 1000].map((count) => {
    const counted = new CountedOctets(repeat(unit, count));
    const decoder = new HpackDecoder({ maxHeaderListSize: 100 });
    assertThrows(() => decoder.decode(counted.octets), HeaderListTooLargeError);
    return counted.count;
  });
  assertLessOrEqual(reads[1], 2.01 * reads[0]);
});

Deno.test("each entry is evicted once at most, however the size changes", () => {
  class CountedTable extends DynamicTable {
    evictions = 0;

    protected override evicted(): void {
      this.evictions++;
    }
  }
  const table = new CountedTable(4096);
  for (let i = 0; i < 2000; i++) {
    table.resize(i % 3 === 0 ? 0 : 4096);
    table.insert(["", ""]);
  }
  assertEquals(table.evictions + table.length, table.inserted);
});

Deno.test("the writes for a list grow as the list does", () => {
  const writes = [500, 1000].map((length) => {
    const list = Array.from(
      { length },
      (_, i): HeaderField => [`name-${i % 200 + 100}`, `value ${i + 1000}`],
    );
    const counted = new CountedOctets(new Uint8Array(100_000));
    const sink = {
      buffer: counted.octets,
      reserve: () => 0,
      truncate: () => {},
    };
    new HpackEncoder().encodeInto(sink, list);
    return counted.count;
  });
  assertLessOrEqual(writes[1], 2.1 * writes[0]);
});
