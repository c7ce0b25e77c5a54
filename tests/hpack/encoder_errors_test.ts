import { assertEquals, assertThrows } from "@std/assert";
import {
  type EncodableHeaderField,
  type HeaderField,
  HpackDecoder,
  HpackEncoder,
  OctetBuffer,
  type OctetSink,
} from "../../src/hpack/mod.ts";
import { hex, literal, octets } from "./support.ts";

/** Checks that a call throws and leaves the encoder and its sink alone. */
function assertRefused(
  encoder: HpackEncoder,
  headers: unknown,
  type: ErrorConstructor | TypeErrorConstructor,
  text: string,
): void {
  const sink = new OctetBuffer();
  sink.reserve(5);
  const before = encoder.snapshot();
  const list = headers as EncodableHeaderField[];
  assertThrows(() => encoder.encodeInto(sink, list), type, text);
  assertThrows(() => encoder.encode(list), type, text);
  assertEquals(sink.length, 5);
  assertEquals(encoder.snapshot(), before);
}

Deno.test("a character above U+00FF is refused before anything changes", () => {
  const encoder = new HpackEncoder();
  encoder.encode([["known", "field"]]);
  assertRefused(
    encoder,
    [["known", "field"], ["new", "field"], ["note", "5 \u20ac"]],
    TypeError,
    "Cannot encode header field note: expected characters up to U+00FF in the value, received U+20AC at position 2",
  );
  assertRefused(
    encoder,
    [["new", "field"], ["\u0100", ""]],
    TypeError,
    "expected characters up to U+00FF in the name, received U+0100 at position 0",
  );
  assertRefused(
    encoder,
    [["new", "field"], ["token", "\ud83d\ude00", { sensitive: true }]],
    TypeError,
    "received U+D83D at position 0",
  );
  const decoder = new HpackDecoder();
  decoder.decode(literal(0x40, "known", "field"));
  const list: HeaderField[] = [["known", "field"], ["new", "field"]];
  assertEquals(decoder.decode(encoder.encode(list)), list);
});

Deno.test("a refused list leaves a pending table size update to the next one", () => {
  const encoder = new HpackEncoder();
  encoder.setPeerMaxTableSize(0);
  assertRefused(encoder, [["a", "\u0100"]], TypeError, "U+0100");
  assertEquals(hex(encoder.encode([[":method", "GET"]])), "2082");
});

Deno.test("what is no header field is refused before anything changes", () => {
  const encoder = new HpackEncoder();
  for (
    const [field, shape] of [
      [undefined, "undefined"],
      [null, "null"],
      ["ab", "string"],
      [{}, "an object with keys []"],
      [[], "[]"],
      [["name"], "[string]"],
      [["name", 5], "[string, number]"],
      [[Symbol(), "x"], "[symbol, string]"],
    ]
  ) {
    assertRefused(
      encoder,
      [["new", "field"], field],
      TypeError,
      `Cannot encode header field 1: expected [name, value] of strings, received ${
        String(shape)
      }`,
    );
  }
});

Deno.test("attributes with a slip of the pen are refused, not ignored", () => {
  const encoder = new HpackEncoder();
  for (
    const [attributes, shape] of [
      [{ sensitve: true }, "an object with keys [sensitve]"],
      [{ sensitive: "yes" }, "an object with keys [sensitive]"],
      [true, "boolean"],
      [null, "null"],
      [undefined, "undefined"],
    ]
  ) {
    assertRefused(
      encoder,
      [["new", "field"], ["key", "secret", attributes]],
      TypeError,
      `Cannot encode header field 1 (key): expected attributes { sensitive: boolean }, received ${
        String(shape)
      }`,
    );
  }
});

Deno.test("a policy that fails changes nothing", () => {
  const failing = new HpackEncoder({
    indexing: (name) => {
      if (name === "bad") throw new Error("No policy for bad");
      return "incremental";
    },
  });
  const list = [["new", "field"], ["bad", "field"]];
  assertRefused(failing, list, Error, "No policy for bad");

  const answering = new HpackEncoder({
    indexing: (name) => name === "bad" ? "always" as "never" : "incremental",
  });
  assertRefused(
    answering,
    list,
    TypeError,
    'Cannot encode header field bad: expected the indexing policy to answer "incremental", "none" or "never", received always',
  );
});

Deno.test("a sink without room changes nothing", () => {
  const encoder = new HpackEncoder();
  const full: OctetSink = {
    buffer: new Uint8Array(0),
    reserve: () => {
      throw new RangeError("No room");
    },
    truncate: () => {},
  };
  assertThrows(
    () => encoder.encodeInto(full, [["new", "field"]]),
    RangeError,
    "No room",
  );
  const lying: OctetSink = {
    buffer: new Uint8Array(10),
    reserve: () => 4,
    truncate: () => {},
  };
  assertThrows(
    () => encoder.encodeInto(lying, [["new", "field"]]),
    RangeError,
    "Cannot encode the header list: expected a sink with room for",
  );
  assertEquals(encoder.snapshot().entries, []);
});

Deno.test("bad options are refused", () => {
  for (const maxTableSize of [-1, 0.5, NaN, 2 ** 31]) {
    assertThrows(
      () => new HpackEncoder({ maxTableSize }),
      RangeError,
      `Cannot use maxTableSize: expected an integer from 0 to 2147483647, received ${maxTableSize}`,
    );
  }
  assertThrows(
    () => new HpackEncoder({ indexing: "all" } as object),
    TypeError,
    'Cannot use indexing: expected a function, received "all"',
  );
  assertThrows(
    () => new HpackEncoder({ huffman: 1 } as object),
    TypeError,
    "Cannot use huffman: expected true or false, received 1",
  );
  assertThrows(
    () => new HpackEncoder({ hufman: true } as object),
    TypeError,
    'unknown key "hufman", did you mean "huffman"?',
  );
});

Deno.test("a buffer is truncated only to octets that it holds", () => {
  const buffer = new OctetBuffer();
  buffer.reserve(300);
  for (const length of [-1, 0.5, 301]) {
    assertThrows(
      () => buffer.truncate(length),
      RangeError,
      `Cannot truncate the buffer: expected an integer from 0 to 300, received ${length}`,
    );
  }
  buffer.truncate(1);
  assertEquals(buffer.octets(), octets("00"));
});
