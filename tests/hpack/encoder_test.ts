import { assertEquals, assertLessOrEqual } from "@std/assert";
import {
  type EncodableHeaderField,
  type HeaderField,
  HpackDecoder,
  HpackEncoder,
  OctetBuffer,
} from "../../src/hpack/mod.ts";
import { concat, hex, literal } from "./support.ts";

Deno.test("a name is taken from a table when its value is not in one", () => {
  const encoder = new HpackEncoder({ huffman: false });
  const block = encoder.encode([
    ["content-type", "a"], // static name 31
    ["custom", "b"],
    ["custom", "c"], // dynamic name 62
    ["grpc-timeout", "1S"],
  ]);
  assertEquals(
    block,
    concat(
      "5f 01 61",
      literal(0x40, "custom", "b"),
      "7e 01 63",
      literal(0x00, "grpc-timeout", "1S"),
    ),
  );
});

Deno.test("a list that repeats becomes one octet for each field", () => {
  const encoder = new HpackEncoder();
  const list = [["a", "1"], [":method", "POST"], ["b", "2"]] as const;
  encoder.encode(list);
  assertEquals(hex(encoder.encode(list)), "bf83be");
});

Deno.test("Huffman code is used only where it is shorter", () => {
  const encoder = new HpackEncoder({ indexing: () => "none" });
  const encode = (value: string) => hex(encoder.encode([[":path", value]]));
  assertEquals(encode("00000000"), "0485" + "0000000000"); // 40 bits
  assertEquals(encode("307"), "0403" + "333037"); // 3 octets either way
  assertEquals(encode("\u00ff"), "0401" + "ff");
  assertEquals(encode(""), "0400");
  const plain = new HpackEncoder({ indexing: () => "none", huffman: false });
  assertEquals(
    hex(plain.encode([[":path", "00000000"]])),
    "0408" + "3030303030303030",
  );
});

Deno.test("a sensitive field is never indexed, although a table has it", () => {
  const encoder = new HpackEncoder({ huffman: false });
  encoder.encode([["key", "secret"]]);
  const block = encoder.encode([
    ["key", "secret", { sensitive: true }],
    [":method", "GET", { sensitive: true }],
    ["other", "secret", { sensitive: true }],
  ]);
  assertEquals(
    block,
    concat(
      "1f 2f 06 73 65 63 72 65 74",
      "12 03 47 45 54",
      literal(0x10, "other", "secret"),
    ),
  );
  assertEquals(encoder.snapshot().entries, [["key", "secret"]]);
});

Deno.test("a field that is not sensitive is a plain one", () => {
  const encoder = new HpackEncoder();
  assertEquals(
    hex(encoder.encode([[":method", "GET", { sensitive: false }]])),
    "82",
  );
});

Deno.test("a new entry may take its name from the one that it evicts", () => {
  const encoder = new HpackEncoder({
    maxTableSize: 40,
    huffman: false,
    indexing: () => "incremental",
  });
  const decoder = new HpackDecoder();
  decoder.decode(encoder.encode([["name", "1"]]));
  const block = encoder.encode([["name", "2"]]);
  assertEquals(hex(block), "7e0132");
  assertEquals(decoder.decode(block), [["name", "2"]]);
  assertEquals(decoder.snapshot(), encoder.snapshot());
});

Deno.test("an entry larger than the table empties it on both sides", () => {
  const encoder = new HpackEncoder({ indexing: () => "incremental" });
  const decoder = new HpackDecoder();
  const large = ["large", "x".repeat(5000)] as const;
  assertEquals(decoder.decode(encoder.encode([["a", "1"], large])), [
    ["a", "1"],
    large,
  ]);
  assertEquals(encoder.snapshot().entries, []);
  assertEquals(decoder.snapshot().entries, []);
});

Deno.test("an encoder with a table of size 0 only writes literals", () => {
  const encoder = new HpackEncoder({ maxTableSize: 0, huffman: false });
  assertEquals(
    encoder.encode([["a", "b"]]),
    concat("20", literal(0x00, "a", "b")),
  );
  assertEquals(encoder.encode([["a", "b"]]), literal(0x00, "a", "b"));
});

Deno.test("a list may be any iterable", () => {
  function* list(): Iterable<EncodableHeaderField> {
    yield [":method", "GET"];
    yield [":scheme", "https"];
  }
  const encoder = new HpackEncoder();
  assertEquals(hex(encoder.encode(list())), "8287");
  assertEquals(hex(encoder.encode(new Set(list()))), "8287");
  assertEquals(hex(encoder.encode(new Map([[":method", "GET"]]))), "82");
  assertEquals(hex(encoder.encode([])), "");
});

Deno.test("an encoder keeps neither the list nor the octets that it gave", () => {
  const encoder = new HpackEncoder();
  const field: [string, string] = ["a", "1"];
  const list = [field];
  for (let i = 0; i < 3; i++) encoder.encode(list).fill(0);
  field[1] = "2";
  assertEquals(encoder.snapshot().entries, [["a", "1"]]);
  list[0] = ["a", "1"];
  assertEquals(hex(encoder.encode(list)), "be");
});

Deno.test("a block is appended to what a sink holds", () => {
  const encoder = new HpackEncoder();
  const sink = new OctetBuffer();
  sink.buffer.set([1, 2, 3], sink.reserve(3));
  const long = ["a", "x".repeat(2000), { sensitive: true }] as const;
  assertEquals(encoder.encodeInto(sink, [[":method", "GET"]]), 1);
  const length = encoder.encodeInto(sink, [long]);
  for (let i = 0; i < 3; i++) {
    assertEquals(encoder.encodeInto(sink, [[":method", "GET"]]), 1);
  }
  assertEquals(sink.length, 3 + 1 + length + 3);
  assertEquals(hex(sink.octets().subarray(0, 4)), "01020382");
  assertEquals(
    new HpackDecoder().decode(sink.octets().subarray(3)),
    [
      [":method", "GET"],
      [long[0], long[1]],
      ...Array<[string, string]>(3).fill([":method", "GET"]),
    ],
  );
});

Deno.test("an encoder asks for all the room that it can need", () => {
  const encoder = new HpackEncoder({
    maxTableSize: 65_536,
    indexing: (name) => name.length < 10 ? "incremental" : "none",
  });
  encoder.setPeerMaxTableSize(0);
  encoder.setPeerMaxTableSize(65_536);
  const decoder = new HpackDecoder({ maxTableSize: 65_536 });
  const many = Array.from({ length: 400 }, (_, i): HeaderField => [`${i}`, ""]);
  const long = [1, 9, 126, 127, 128, 300, 20_000].map((length): HeaderField => [
    "\u00ff".repeat(length),
    "\u00fe".repeat(length),
  ]);
  for (
    const list of [
      many,
      many,
      ...long.map((field) => [field]),
      ...many.map((field): HeaderField[] => [[field[0], "\u00ff"]]),
    ]
  ) {
    let buffer = new Uint8Array(0);
    let end = 0;
    encoder.encodeInto({
      get buffer() {
        return buffer;
      },
      reserve(count) {
        buffer = new Uint8Array(count);
        return 0;
      },
      truncate(length) {
        end = length;
      },
    }, list);
    assertLessOrEqual(end, buffer.length);
    assertEquals(decoder.decode(buffer.subarray(0, end)), list);
  }
});

Deno.test("a policy may use another encoder", () => {
  const inner = new HpackEncoder();
  const outer = new HpackEncoder({
    huffman: false,
    indexing: () => {
      inner.encode([["a", "b"]]);
      return "none";
    },
  });
  assertEquals(
    outer.encode([[":method", "GET"], ["x", "y"], ["z", ""]]),
    concat("82", literal(0x00, "x", "y"), literal(0x00, "z", "")),
  );
});
