import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { HpackDecoder, HpackError } from "../../src/hpack/mod.ts";
import { assertHpackError, concat, literal, octets } from "./support.ts";

Deno.test("index 0 is refused", () => {
  assertHpackError(
    () => new HpackDecoder().decode(octets("82 80")),
    "index-zero",
    1,
    "expected an index of at least 1, received 0",
  );
});

Deno.test("an index beyond the table is refused, in each representation", () => {
  const entry = literal(0x40, "a", "b");
  for (const first of ["bf", "7f 00 00", "0f 30 00", "1f 30 00"]) {
    assertHpackError(
      () => new HpackDecoder().decode(concat(entry, first)),
      "index-out-of-range",
      5,
      "expected an index of at most 62, received 63",
    );
  }
  assertHpackError(
    () => new HpackDecoder().decode(octets("ff ff ff ff ff 07")),
    "integer-too-large",
    0,
    "expected an integer of at most 2147483647, received at least 2147483774",
  );
});

Deno.test("the index of an evicted entry is refused", () => {
  const decoder = new HpackDecoder({ maxTableSize: 40 });
  decoder.decode(concat(literal(0x40, "a", "b"), literal(0x40, "c", "d")));
  assertEquals(decoder.decode(octets("be")), [["c", "d"]]);
  assertHpackError(
    () => decoder.decode(octets("bf")),
    "index-out-of-range",
    0,
    "expected an index of at most 62, received 63",
  );
});

Deno.test("each representation is refused wherever it is truncated", () => {
  for (
    const block of [
      octets("3f e1 1f"),
      octets("ff 80 01"),
      literal(0x40, "name", "value"),
      literal(0x00, "x".repeat(200), "y"),
      literal(0x10, "", "z".repeat(130)),
      octets("1f 20 85 03 04 05 06 07"),
    ]
  ) {
    for (let length = 1; length < block.length; length++) {
      const error = assertThrows(
        () => new HpackDecoder().decode(block.subarray(0, length)),
        HpackError,
      );
      assertEquals(error.reason, "truncated");
    }
  }
});

Deno.test("a truncated integer is refused, in each representation", () => {
  for (const block of ["ff", "ff 80", "7f", "0f", "1f", "3f", "3f e1"]) {
    const length = octets(block).length;
    assertHpackError(
      () => new HpackDecoder().decode(octets(block)),
      "truncated",
      0,
      `expected an integer, the block ends after ${length} of its octets`,
    );
  }
});

Deno.test("a truncated string is refused before anything is read of it", () => {
  assertHpackError(
    () => new HpackDecoder().decode(octets("82 40 05 61 62")),
    "truncated",
    2,
    "expected a string of 5 octets, the block ends after 2 of them",
  );
  assertHpackError(
    () => new HpackDecoder().decode(octets("40 01 61 ff 80 80 80 80 07")),
    "truncated",
    3,
    "expected a string of 1879048319 octets, the block ends after 0 of them",
  );
  assertHpackError(
    () => new HpackDecoder().decode(octets("40 01 61")),
    "truncated",
    3,
    "expected an integer, the block ends after 0 of its octets",
  );
});

Deno.test("broken Huffman code is refused with its place in the block", () => {
  assertHpackError(
    () => new HpackDecoder().decode(octets("82 04 82 1f ff")),
    "huffman-padding",
    4,
    "expected at most 7 bits of Huffman padding, received 11",
  );
  assertHpackError(
    () => new HpackDecoder().decode(octets("82 04 81 1e")),
    "huffman-padding",
    3,
    "expected Huffman padding of ones, received an incomplete code",
  );
  assertHpackError(
    () => new HpackDecoder().decode(octets("82 04 85 ff ff ff fc ff")),
    "huffman-eos",
    6,
    "expected no EOS symbol in a Huffman string, received one",
  );
});

Deno.test("a string over the longest length is refused", () => {
  const decode = (block: Uint8Array) => () =>
    new HpackDecoder({ maxStringLength: 4 }).decode(block);
  const text = "expected a string of at most 4 octets, received 5";
  assertHpackError(
    decode(literal(0x00, "names", "x")),
    "string-too-long",
    1,
    text,
  );
  assertHpackError(
    decode(literal(0x40, "name", "value")),
    "string-too-long",
    6,
    text,
  );
  // "00000" in 25 bits: 4 octets become 5.
  assertHpackError(
    decode(octets("04 84 00 00 00 7f")),
    "string-too-long",
    1,
    text,
  );
});

Deno.test("a table size update above the limit is refused", () => {
  assertHpackError(
    () => new HpackDecoder({ maxTableSize: 100 }).decode(octets("3f 46 82")),
    "size-update-too-large",
    0,
    "expected a table size of at most 100, received 101",
  );
});

Deno.test("a table size update after a field is refused", () => {
  assertHpackError(
    () => new HpackDecoder().decode(octets("82 20")),
    "size-update-misplaced",
    1,
    "expected a header field, received a table size update, which is allowed at the beginning of a block only",
  );
});

Deno.test("a flood of table size updates is refused", () => {
  const updates = new Uint8Array(16).fill(0x20);
  const decoder = new HpackDecoder();
  assertEquals(decoder.decode(concat(updates, "82")), [[":method", "GET"]]);
  assertHpackError(
    () => decoder.decode(concat(updates, "20 82")),
    "size-update-flood",
    16,
    "expected at most 16 table size updates, received more",
  );
});

Deno.test("a decoder that failed throws the same error ever after", () => {
  const decoder = new HpackDecoder();
  const error = assertHpackError(
    () => decoder.decode(octets("80")),
    "index-zero",
    0,
    "expected an index of at least 1, received 0",
  );
  try {
    decoder.decodeForForwarding(octets("82"));
  } catch (again) {
    assertStrictEquals(again, error);
    return;
  }
  throw new Error("Expected the decoder to refuse the next block");
});
