import { assertEquals } from "@std/assert";
import {
  MAX_INTEGER,
  readInteger,
  writeInteger,
} from "../../src/hpack/integer.ts";
import { assertHpackError, hex, octets } from "./support.ts";

function write(pattern: number, prefixBits: number, value: number): string {
  const target = new Uint8Array(8);
  return hex(
    target.subarray(0, writeInteger(target, 0, pattern, prefixBits, value)),
  );
}

function read(block: string, prefixBits: number, offset = 0): number[] {
  const cursor = { bytes: octets(block), offset };
  const value = readInteger(cursor, prefixBits);
  return [value, cursor.offset];
}

Deno.test("integers are written as in RFC 7541 C.1", () => {
  assertEquals(write(0, 5, 10), "0a");
  assertEquals(write(0, 5, 1337), "1f9a0a");
  assertEquals(write(0, 8, 42), "2a");
});

Deno.test("integers are read as in RFC 7541 C.1, whatever precedes the prefix", () => {
  assertEquals(read("0a", 5), [10, 1]);
  assertEquals(read("ea", 5), [10, 1]);
  assertEquals(read("1f9a0a", 5), [1337, 3]);
  assertEquals(read("ff9a0a", 5), [1337, 3]);
  assertEquals(read("2a", 8), [42, 1]);
});

Deno.test("an integer is written after the pattern of its first octet", () => {
  assertEquals(write(0x20, 5, 30), "3e");
  assertEquals(write(0x20, 5, 31), "3f00");
  assertEquals(write(0x80, 7, 126), "fe");
  assertEquals(write(0x80, 7, 127), "ff00");
});

Deno.test("integers at every boundary and prefix come back", () => {
  for (let prefixBits = 1; prefixBits <= 8; prefixBits++) {
    const prefix = 2 ** prefixBits - 1;
    for (const power of [0, 7, 14, 21, 28, 31]) {
      for (const distance of [-1, 0, 1]) {
        const value = Math.min(
          Math.max(0, prefix + 2 ** power + distance),
          MAX_INTEGER,
        );
        const block = write(0, prefixBits, value);
        assertEquals(read(block, prefixBits), [value, block.length / 2]);
      }
    }
  }
});

Deno.test("an integer may be padded with zeros up to five continuation octets", () => {
  assertEquals(read("1f8080808000", 5), [31, 6]);
});

Deno.test("an integer of more than five continuation octets is refused", () => {
  assertHpackError(
    () => read("001f808080808000", 5, 1),
    "integer-too-large",
    1,
    "expected an integer of at most 5 continuation octets, received more",
  );
});

Deno.test("the largest integer is 2^31-1", () => {
  assertEquals(read("ff80ffffff07", 7), [2 ** 31 - 1, 6]);
  assertHpackError(
    () => read("ff81ffffff07", 7),
    "integer-too-large",
    0,
    "expected an integer of at most 2147483647, received at least 2147483648",
  );
  assertHpackError(
    () => read("ffffffffff7f", 7),
    "integer-too-large",
    0,
    "expected an integer of at most 2147483647, received at least 34359738494",
  );
});

Deno.test("a truncated integer is refused", () => {
  for (const [block, received] of [["", 0], ["1f", 1], ["1f9a", 2]] as const) {
    assertHpackError(
      () => read(block, 5),
      "truncated",
      0,
      `expected an integer, the block ends after ${received} of its octets`,
    );
  }
});
