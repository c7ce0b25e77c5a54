import { assertEquals } from "@std/assert";
import {
  decodeStatusMessage,
  encodeStatusMessage,
} from "../../src/grpc/percent.ts";
import { withSeed } from "../harness/seed.ts";

Deno.test("Printable ASCII stays as it is, but for the percent sign", () => {
  const printable = Array.from(
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
