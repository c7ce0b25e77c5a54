import { assertEquals } from "@std/assert";
import {
  huffmanLength,
  maxHuffmanDecodedLength,
  readHuffman,
  writeHuffman,
} from "../../src/hpack/huffman.ts";
import { latin1 } from "../../src/hpack/latin1.ts";
import { assertHpackError, hex, octets, withHeaders } from "./support.ts";

function encode(text: string): string {
  const target = new Uint8Array(4 * text.length);
  const end = writeHuffman(target, 0, text);
  assertEquals(end, huffmanLength(text));
  return hex(target.subarray(0, end));
}

function decode(code: string): string {
  const source = octets(code);
  const target = new Uint8Array(maxHuffmanDecodedLength(source.length));
  const length = readHuffman(source, 0, source.length, target);
  return latin1(target, 0, length);
}

Deno.test("each octet comes back from its Huffman code, alone and repeated", () => {
  for (let octet = 0; octet < 256; octet++) {
    for (let count = 1; count <= 8; count++) {
      const text = String.fromCharCode(octet).repeat(count);
      assertEquals(decode(encode(text)), text);
    }
  }
});

Deno.test("each pair of octets comes back from its Huffman code", () => {
  for (let first = 0; first < 256; first++) {
    let text = "";
    for (let second = 0; second < 256; second++) {
      text += String.fromCharCode(first, second);
    }
    assertEquals(decode(encode(text)), text);
  }
});

Deno.test("codes are those of RFC 7541 appendix B", () => {
  // Padded with ones: the code is followed by the start of EOS.
  assertEquals(encode("0"), "07");
  assertEquals(encode("a"), "1f");
  assertEquals(encode(":"), "b9");
  assertEquals(encode("Z"), "fd");
  assertEquals(encode("\\"), "fffe1f");
  assertEquals(encode("\n"), "fffffff3");
  assertEquals(encode("\u0000"), "ffc7");
  assertEquals(encode("\u0016"), "fffffffb");
  assertEquals(encode("\u00ff"), "fffffbbf");
  assertEquals(encode("\u00f9"), "ffffffef");
});

Deno.test("the empty string has no Huffman code", () => {
  assertEquals(encode(""), "");
  assertEquals(decode(""), "");
});

Deno.test(
  "random octets come back from their Huffman code",
  withHeaders((random) => {
    for (let i = 0; i < 2000; i++) {
      const text = random.text(80);
      assertEquals(decode(encode(text)), text);
    }
  }),
);

Deno.test("no code yields more octets than the bound says", () => {
  const code = encode("0".repeat(8));
  assertEquals(code.length / 2, 5);
  assertEquals(maxHuffmanDecodedLength(5), 8);
});

Deno.test("Huffman padding of 8 bits and more is refused", () => {
  for (
    const [code, bits] of [["ff", 8], ["ffff", 16], ["ffffff", 24]] as const
  ) {
    assertHpackError(
      () => decode(code),
      "huffman-padding",
      code.length / 2 - 1,
      `expected at most 7 bits of Huffman padding, received ${bits}`,
    );
  }
  assertHpackError(
    () => decode("1fff"),
    "huffman-padding",
    1,
    "expected at most 7 bits of Huffman padding, received 11",
  );
});

Deno.test("Huffman padding of 7 ones is accepted", () => {
  assertEquals(encode("0  "), "028a7f");
  assertEquals(decode("028a7f"), "0  ");
});

Deno.test("Huffman padding other than ones is refused", () => {
  for (const code of ["00", "1e", "18", "b97e", "fffffffa"]) {
    assertHpackError(
      () => decode(code),
      "huffman-padding",
      code.length / 2 - 1,
      "expected Huffman padding of ones, received an incomplete code",
    );
  }
});

Deno.test("the EOS symbol is refused, wherever it stands", () => {
  for (
    const [code, offset] of [
      ["ffffffff", 3],
      ["fffffffc", 3],
      ["1fffffffff", 4],
      ["fffffffc00000000", 3],
    ] as const
  ) {
    assertHpackError(
      () => decode(code),
      "huffman-eos",
      offset,
      "expected no EOS symbol in a Huffman string, received one",
    );
  }
});
