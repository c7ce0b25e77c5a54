import { assertEquals, assertThrows } from "@std/assert";
import { HpackDecoder, HpackEncoder } from "../../src/hpack/mod.ts";
import { assertHpackError, concat, hex, literal, octets } from "./support.ts";

Deno.test("a decoder follows the updates of its peer", () => {
  const decoder = new HpackDecoder();
  decoder.decode(concat(literal(0x40, "a", "1"), literal(0x40, "b", "2")));
  decoder.decode(octets("3f 09 82")); // 40
  assertEquals(decoder.snapshot(), {
    size: 34,
    maxSize: 40,
    entries: [["b", "2"]],
  });
  decoder.decode(octets("20 3f 0a 82")); // 0, then 41
  assertEquals(decoder.snapshot(), { size: 0, maxSize: 41, entries: [] });
});

Deno.test("a decoder keeps its table until the peer updates it", () => {
  const decoder = new HpackDecoder();
  decoder.decode(literal(0x40, "a", "1"));
  decoder.setMaxTableSize(0);
  assertEquals(decoder.snapshot().entries, [["a", "1"]]);
  decoder.decode(octets("20 82"));
  assertEquals(decoder.snapshot().entries, []);
});

Deno.test("an update is required after the limit was lowered", () => {
  const lower = () => {
    const decoder = new HpackDecoder();
    decoder.setMaxTableSize(100);
    return decoder;
  };
  assertHpackError(
    () => lower().decode(octets("82")),
    "size-update-missing",
    0,
    "expected a table size update to at most 100, received a header field",
  );
  const decoder = lower();
  decoder.decode(octets("3f 45 82")); // 100
  assertEquals(decoder.decode(octets("82")), [[":method", "GET"]]);
});

Deno.test("an update below the lowest limit is required when it changed twice", () => {
  const change = () => {
    const decoder = new HpackDecoder();
    decoder.setMaxTableSize(100);
    decoder.setMaxTableSize(4096);
    return decoder;
  };
  assertHpackError(
    () => change().decode(octets("3f e1 1f 82")), // 4096 only
    "size-update-missing",
    3,
    "expected a table size update to at most 100, received a header field",
  );
  const decoder = change();
  decoder.decode(octets("3f 45 3f e1 1f 82")); // 100, then 4096
  assertEquals(decoder.snapshot().maxSize, 4096);
});

Deno.test("the lowest of several limits counts, not the last", () => {
  const decoder = new HpackDecoder();
  for (const size of [1000, 100, 200]) decoder.setMaxTableSize(size);
  assertHpackError(
    () => decoder.decode(octets("3f a9 01 82")), // 200 only
    "size-update-missing",
    3,
    "expected a table size update to at most 100, received a header field",
  );
});

Deno.test("an empty block may leave a required update to the next one", () => {
  const decoder = new HpackDecoder();
  decoder.setMaxTableSize(100);
  assertEquals(decoder.decode(new Uint8Array(0)), []);
  assertHpackError(
    () => decoder.decode(octets("82")),
    "size-update-missing",
    0,
    "expected a table size update to at most 100, received a header field",
  );
});

Deno.test("no update is required when the table is within the lowered limit", () => {
  const decoder = new HpackDecoder();
  decoder.decode(octets("3f 45 82")); // 100
  decoder.setMaxTableSize(100);
  assertEquals(decoder.decode(octets("82")), [[":method", "GET"]]);
});

Deno.test("a raised limit allows a larger table and requires nothing", () => {
  const decoder = new HpackDecoder({ maxTableSize: 100 });
  decoder.setMaxTableSize(200);
  assertEquals(decoder.decode(octets("82")), [[":method", "GET"]]);
  decoder.decode(octets("3f a9 01 82")); // 200
  assertEquals(decoder.snapshot().maxSize, 200);
  assertEquals(decoder.maxTableSize, 200);
});

Deno.test("an encoder says nothing of a table size that did not change", () => {
  const encoder = new HpackEncoder();
  encoder.setPeerMaxTableSize(4096);
  encoder.setPeerMaxTableSize(65_536);
  assertEquals(hex(encoder.encode([[":method", "GET"]])), "82");
});

Deno.test("an encoder announces a change at the start of one block", () => {
  const encoder = new HpackEncoder();
  encoder.setPeerMaxTableSize(100);
  assertEquals(hex(encoder.encode([[":method", "GET"]])), "3f4582");
  assertEquals(hex(encoder.encode([[":method", "GET"]])), "82");
});

Deno.test("an encoder announces the smallest and the final size", () => {
  const encoder = new HpackEncoder();
  for (const size of [1000, 100, 500, 200]) encoder.setPeerMaxTableSize(size);
  assertEquals(hex(encoder.encode([[":method", "GET"]])), "3f453fa90182");
});

Deno.test("an encoder that came back to its size announces both changes", () => {
  const encoder = new HpackEncoder();
  encoder.encode([["a", "1"]]);
  encoder.setPeerMaxTableSize(0);
  encoder.setPeerMaxTableSize(4096);
  assertEquals(encoder.snapshot().entries, []);
  assertEquals(hex(encoder.encode([[":method", "GET"]])), "203fe11f82");
});

Deno.test("an encoder keeps a table no larger than it was told to", () => {
  const small = new HpackEncoder({ maxTableSize: 100 });
  assertEquals(hex(small.encode([])), "3f45");
  small.setPeerMaxTableSize(2 ** 32 - 1);
  assertEquals(hex(small.encode([])), "");
  assertEquals(small.snapshot().maxSize, 100);

  const large = new HpackEncoder({ maxTableSize: 10_000 });
  assertEquals(large.snapshot().maxSize, 4096);
  large.setPeerMaxTableSize(20_000);
  assertEquals(large.snapshot().maxSize, 10_000);
  assertEquals(hex(large.encode([])), "3ff14d");
});

Deno.test("a bad table size of the peer is refused and changes nothing", () => {
  const encoder = new HpackEncoder();
  for (const size of [-1, 0.5, NaN, 2 ** 32]) {
    assertThrows(
      () => encoder.setPeerMaxTableSize(size),
      RangeError,
      `Cannot use the table size of the peer: expected an integer from 0 to 4294967295, received ${size}`,
    );
  }
  assertEquals(hex(encoder.encode([[":method", "GET"]])), "82");
});
