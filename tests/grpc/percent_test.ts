import { assertEquals } from "@std/assert";
import {
  decodeStatusMessage,
  encodeStatusMessage,
} from "../../src/grpc/mod.ts";
import { withSeed } from "../harness/seed.ts";

Deno.test("Printable ASCII stays as it is, but for the percent sign", () => {
  const printable = "a" + Array.from(
    { length: 0x7f - 0x20 },
    (_, i) => String.fromCharCode(0x20 + i),
  ).join("");
  assertEquals(encodeStatusMessage(printable), printable.replace("%", "%25"));
  assertEquals(encodeStatusMessage(""), "");
});

Deno.test("Whatever else is percent-encoded UTF-8, in capitals", () => {
  assertEquals(encodeStatusMessage("a\tb\n"), "a%09b%0A");
  assertEquals(encodeStatusMessage("é"), "%C3%A9");
  assertEquals(encodeStatusMessage("😀"), "%F0%9F%98%80");
  assertEquals(encodeStatusMessage("\x7f"), "%7F");
});

Deno.test("Percent sequences are decoded, in either case", () => {
  assertEquals(decodeStatusMessage("%C3%A9%c3%a9"), "éé");
  assertEquals(decodeStatusMessage("100%25"), "100%");
  assertEquals(decodeStatusMessage("plain"), "plain");
});

Deno.test("Invalid sequences are kept, not thrown away", () => {
  for (const text of ["%", "100%", "%2", "%zz", "%%", "50% off"]) {
    assertEquals(decodeStatusMessage(text), text);
  }
  assertEquals(decodeStatusMessage("%zz%41"), "%zzA");
  assertEquals(decodeStatusMessage("%4%41"), "%4A");
});

Deno.test("What is no UTF-8 becomes replacement characters", () => {
  assertEquals(decodeStatusMessage("a%FFb"), "a�b");
});

Deno.test("UTF-8 that was never encoded is read as such", () => {
  const octets = new TextEncoder().encode("Größe");
  assertEquals(decodeStatusMessage(String.fromCharCode(...octets)), "Größe");
});

Deno.test(
  "Every text survives the way there and back",
  withSeed((random) => {
    for (let i = 0; i < 1_000; i++) {
      const text = Array.from(
        { length: random.below(20) },
        () =>
          String.fromCodePoint(
            random.oneIn(2) ? random.below(0x80) : random.below(0xd800),
          ),
      ).join("");
      const encoded = encodeStatusMessage(text);
      assertEquals(/^[ -~]*$/.test(encoded), true, encoded);
      assertEquals(decodeStatusMessage(encoded), text);
    }
  }),
);

Deno.test("A space at either end is encoded, as a field value must not have one", () => {
  assertEquals(encodeStatusMessage("no such key: "), "no such key:%20");
  assertEquals(encodeStatusMessage(" a b "), "%20a b%20");
  assertEquals(encodeStatusMessage("  a  "), "%20 a %20");
  assertEquals(encodeStatusMessage(" "), "%20");
  assertEquals(encodeStatusMessage("  "), "%20%20");
  assertEquals(encodeStatusMessage("\t%"), "%09%25");
});

Deno.test("Raw octets that are no UTF-8 are read as Latin-1, none is lost", () => {
  assertEquals(decodeStatusMessage("caf\xe9"), "café");
  assertEquals(decodeStatusMessage("\xff\x80"), "\xff\x80");
});

Deno.test("A byte order mark is a character like any other", () => {
  assertEquals(decodeStatusMessage(encodeStatusMessage("\ufeffa")), "\ufeffa");
  assertEquals(decodeStatusMessage("\xef\xbb\xbfa"), "\ufeffa");
});

Deno.test(
  "No message has white space at its ends when it is sent, and all of it arrives",
  withSeed((random) => {
    const letters = [" ", "\t", "\n", "%", "a", "é", "\ufeff"];
    for (let i = 0; i < 1_000; i++) {
      const text = Array.from(
        { length: random.below(6) },
        () => random.pick(letters),
      ).join("");
      const encoded = encodeStatusMessage(text);
      assertEquals(encoded.trim(), encoded, JSON.stringify(text));
      assertEquals(decodeStatusMessage(encoded), text);
    }
  }),
);
