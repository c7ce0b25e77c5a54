import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  HeaderListTooLargeError,
  HpackDecoder,
  HpackEncoder,
  HpackError,
} from "../../src/hpack/mod.ts";
import { STATIC_TABLE } from "../../src/hpack/static_table.ts";
import { concat, literal, octets } from "./support.ts";

Deno.test("each index of the static table stands for its field", () => {
  const decoder = new HpackDecoder();
  assertEquals(STATIC_TABLE.length, 61);
  for (let index = 1; index <= 61; index++) {
    assertEquals(decoder.decode(Uint8Array.of(0x80 | index)), [
      STATIC_TABLE[index - 1],
    ]);
  }
  assertEquals(decoder.decode(octets("81 bd")), [
    [":authority", ""],
    ["www-authenticate", ""],
  ]);
});

Deno.test("an empty block is an empty list", () => {
  assertEquals(new HpackDecoder().decode(new Uint8Array(0)), []);
});

Deno.test("names of literals may come from both tables", () => {
  const decoder = new HpackDecoder();
  const block = concat(
    literal(0x40, "a", "1"),
    "7e 01 32", // incremental, name of index 62
    "0f 2f 01 33", // without indexing, name of index 62
    "1f 20 01 34", // never indexed, name of index 47
  );
  assertEquals(decoder.decode(block), [
    ["a", "1"],
    ["a", "2"],
    ["a", "3"],
    ["max-forwards", "4"],
  ]);
  assertEquals(decoder.snapshot().entries, [["a", "2"], ["a", "1"]]);
});

Deno.test("octets above 0x7f become characters of the same number", () => {
  const block = concat(literal(0x00, "x", "\u0080\u00ff\u0000"));
  assertEquals(new HpackDecoder().decode(block), [["x", "\u0080\u00ff\u0000"]]);
});

Deno.test("strings of all lengths come out whole", () => {
  const decoder = new HpackDecoder();
  for (const length of [0, 1, 63, 64, 65, 126, 127, 4095, 4096, 4097, 9000]) {
    for (const huffman of [true, false]) {
      const value = "0a:\u00e4".repeat(length).slice(0, length);
      const encoder = new HpackEncoder({ huffman, indexing: () => "none" });
      const block = encoder.encode([["x", value]]);
      assertEquals(decoder.decode(block), [["x", value]]);
    }
  }
});

Deno.test("a decoder does not keep the block", () => {
  const decoder = new HpackDecoder();
  const block = literal(0x40, "name", "value");
  const fields = decoder.decode(block);
  block.fill(0);
  assertEquals(fields, [["name", "value"]]);
  assertEquals(decoder.decode(octets("be")), [["name", "value"]]);
});

Deno.test("indexed fields are shared with the table, not copied", () => {
  const decoder = new HpackDecoder();
  const [first] = decoder.decode(literal(0x40, "name", "value"));
  const [second, third] = decoder.decode(octets("be be"));
  assertStrictEquals(second, first);
  assertStrictEquals(third, first);
});

Deno.test("a block may be a view into a larger buffer", () => {
  const buffer = concat("ff ff", literal(0x40, "name", "value"), "ff ff");
  const block = buffer.subarray(2, buffer.length - 2);
  assertEquals(new HpackDecoder().decode(block), [["name", "value"]]);
});

Deno.test("a literal that is never indexed is marked for the next hop only", () => {
  const block = concat(
    literal(0x10, "password", "secret"),
    literal(0x00, "other", "value"),
    "82",
  );
  const decoder = new HpackDecoder();
  assertEquals(decoder.decode(block), [
    ["password", "secret"],
    ["other", "value"],
    [":method", "GET"],
  ]);
  const forwarded = decoder.decodeForForwarding(block);
  assertEquals(forwarded, [
    ["password", "secret", { sensitive: true }],
    ["other", "value"],
    [":method", "GET"],
  ]);
  const encoder = new HpackEncoder({ huffman: false, indexing: () => "none" });
  assertEquals(encoder.encode(forwarded), block);
});

Deno.test("a header list of exactly the limit is accepted", () => {
  const decoder = new HpackDecoder({ maxHeaderListSize: 2 * 42 });
  const block = concat(literal(0x00, "abcde", "12345"), "82");
  assertEquals(decoder.decode(block).length, 2); // 42 and 7 + 3 + 32
});

Deno.test("a header list over the limit is refused with its size", () => {
  const decoder = new HpackDecoder({ maxHeaderListSize: 83 });
  const block = concat(literal(0x00, "abcde", "12345"), "82");
  const error = assertThrows(
    () => decoder.decode(block),
    HeaderListTooLargeError,
    "Cannot accept a header list of 84 octets: expected at most 83",
  );
  assertEquals([error.size, error.limit], [84, 83]);
});

Deno.test("a header list over the limit counts every representation", () => {
  const block = concat(
    "82", // 7 + 3
    literal(0x40, "name", "value"), // 4 + 5
    literal(0x00, "abc", "12"), // 3 + 2
    literal(0x10, "abc", "1"), // 3 + 1
    "04 01 61", // 5 + 1, with the name of index 4
    "04 82 60 3f", // 5 + 2, in Huffman code
  );
  const decoder = new HpackDecoder({ maxHeaderListSize: 0 });
  const error = assertThrows(
    () => decoder.decode(block),
    HeaderListTooLargeError,
  );
  assertEquals(error.size, 10 + 9 + 5 + 4 + 6 + 7 + 6 * 32);
});

Deno.test("a header list over the limit leaves the decoder in step", () => {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder({ maxHeaderListSize: 200 });
  const large = Array.from(
    { length: 20 },
    (_, i) => [`name-${i}`, `value-${i}`] as const,
  );
  const block = encoder.encode(large);
  assertThrows(() => decoder.decode(block), HeaderListTooLargeError);
  assertEquals(decoder.snapshot(), encoder.snapshot());
  const small = large.slice(17);
  assertEquals(decoder.decode(encoder.encode(small)), small);
});

Deno.test("a malformed block is a compression error even over the limit", () => {
  const decoder = new HpackDecoder({ maxHeaderListSize: 0 });
  assertThrows(() => decoder.decode(octets("82 80")), Error, "octet 1");
});

Deno.test("a string of exactly the longest length is accepted", () => {
  const decoder = new HpackDecoder({ maxStringLength: 5 });
  assertEquals(decoder.decode(literal(0x00, "name", "value")), [
    ["name", "value"],
  ]);
});

Deno.test("a table of size 0 works", () => {
  const decoder = new HpackDecoder({ maxTableSize: 0 });
  const block = concat("20", literal(0x40, "name", "value"), "82");
  assertEquals(decoder.decode(block), [["name", "value"], [":method", "GET"]]);
  assertEquals(decoder.snapshot(), { size: 0, maxSize: 0, entries: [] });
});

Deno.test("bad options are refused", () => {
  for (
    const options of [
      { maxTableSize: -1 },
      { maxTableSize: 1.5 },
      { maxTableSize: 2 ** 31 },
      { maxTableSize: Infinity },
      { maxHeaderListSize: -1 },
      { maxHeaderListSize: NaN },
      { maxStringLength: 0.5 },
    ]
  ) {
    const key = Object.keys(options)[0];
    assertThrows(() => new HpackDecoder(options), RangeError, `use ${key}`);
  }
  assertThrows(
    () => new HpackDecoder({ tableSize: 1 } as object),
    TypeError,
    'unknown key "tableSize", did you mean "maxTableSize"?',
  );
  assertThrows(
    () => new HpackDecoder(null as unknown as object),
    TypeError,
    "expected an object, received null",
  );
  assertThrows(
    () => new HpackDecoder(4096 as unknown as object),
    TypeError,
    "received 4096",
  );
});

Deno.test("a bad table size is refused and changes nothing", () => {
  const decoder = new HpackDecoder({ maxTableSize: 100 });
  for (const size of [-1, 0.5, NaN, 2 ** 31]) {
    assertThrows(
      () => decoder.setMaxTableSize(size),
      RangeError,
      `Cannot use maxTableSize: expected an integer from 0 to 2147483647, received ${size}`,
    );
  }
  assertEquals(decoder.maxTableSize, 100);
});

Deno.test("what is no block is refused and changes nothing", () => {
  const decoder = new HpackDecoder();
  for (const block of ["82", undefined, [0x82], new ArrayBuffer(1)]) {
    assertThrows(
      () => decoder.decode(block as unknown as Uint8Array),
      TypeError,
      "Cannot decode the header block: expected a Uint8Array",
    );
  }
  assertEquals(decoder.decode(octets("82")), [[":method", "GET"]]);
});

Deno.test("A list above absoluteMaxHeaderListSize is given up where it gets there", () => {
  const encoder = new HpackEncoder();
  const block = encoder.encode([["a", "b"], ["c", "d"], ["e", "f"]]);
  const limits = { maxHeaderListSize: 40, absoluteMaxHeaderListSize: 68 };
  const decoder = new HpackDecoder(limits);
  for (let i = 0; i < 2; i++) {
    const error = assertThrows(() => decoder.decode(block), HpackError);
    assertEquals(error.reason, "list-too-large");
    assertEquals(
      error.message,
      "Cannot decode the header block at octet 15: expected a header list of at most 68 octets, received 102 so far",
    );
  }
  const bearable = new HpackDecoder({
    ...limits,
    absoluteMaxHeaderListSize: 102,
  });
  const error = assertThrows(
    () => bearable.decode(block),
    HeaderListTooLargeError,
  );
  assertEquals([error.size, error.fields], [102, [["a", "b"]]]);
});

Deno.test("An absoluteMaxHeaderListSize below the other limit is no bound of its own", () => {
  const block = new HpackEncoder().encode([["a", "b"]]);
  const decoder = new HpackDecoder({
    maxHeaderListSize: 100,
    absoluteMaxHeaderListSize: 10,
  });
  assertEquals(decoder.decode(block), [["a", "b"]]);
});
