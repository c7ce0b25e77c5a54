import { assertEquals, assertThrows } from "@std/assert";
import {
  asciiOctets,
  printable,
  requireReason,
} from "../../src/connection/ascii.ts";
import { ascii, octets } from "../harness/octets.ts";
import { server } from "./support.ts";

Deno.test("ASCII text becomes one octet per character", () => {
  assertEquals(asciiOctets("max_age"), ascii("max_age"));
  assertEquals(asciiOctets(""), new Uint8Array(0));
});

Deno.test("Other text never yields an octet above 0x7f", () => {
  const bytes = asciiOctets("\u00e9\u20ac\u{1f600}");
  assertEquals(bytes.every((octet) => octet < 0x80), true);
});

Deno.test("Printable octets are shown as they are, others as \\xNN", () => {
  assertEquals(printable(ascii("too_many_pings ~")), "too_many_pings ~");
  assertEquals(
    printable(octets("00 0a 1b 1f 20 7e 7f 80 ff")),
    "\\x00\\x0a\\x1b\\x1f ~\\x7f\\x80\\xff",
  );
});

Deno.test("Of long debug data 1,024 octets are shown", () => {
  assertEquals(printable(ascii("a".repeat(1_024))), "a".repeat(1_024));
  assertEquals(printable(ascii("a".repeat(1_025))), `${"a".repeat(1_024)}…`);
});

Deno.test("The reason of a drain is printable ASCII", () => {
  for (const reason of ["", "max_age", " ~", "a".repeat(1_024)]) {
    requireReason(reason);
  }
  for (const reason of ["\n", "caf\u00e9", "\x7f", undefined, 5]) {
    assertThrows(
      () => requireReason(reason as string),
      TypeError,
      "Cannot drain: expected a reason in printable ASCII, received ",
    );
  }
});

Deno.test("The reason of a drain has at most 1,024 characters", () => {
  assertThrows(
    () => requireReason("a".repeat(1_025)),
    RangeError,
    "Cannot drain: expected a reason of at most 1024 characters, received 1025",
  );
});

Deno.test("A drain with a reason that is refused has not begun", () => {
  const end = server();
  assertThrows(() => end.connection.drain("\u20ac", 0), TypeError);
  assertEquals(end.connection.goaways, undefined);
  assertEquals(end.sent(), []);
});
