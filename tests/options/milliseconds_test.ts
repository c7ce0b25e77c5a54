import { assertEquals } from "@std/assert";
import { milliseconds } from "../../src/options/mod.ts";

Deno.test("Milliseconds in a message are whole, and of short ones two digits tell", () => {
  assertEquals(milliseconds(921.5673094657736), "922 ms");
  assertEquals(milliseconds(20_000), "20000 ms");
  assertEquals(milliseconds(10.4), "10 ms");
  assertEquals(milliseconds(5), "5 ms");
  assertEquals(milliseconds(1.5), "1.5 ms");
  assertEquals(milliseconds(0.123456), "0.12 ms");
  assertEquals(milliseconds(0), "0 ms");
  assertEquals(milliseconds(Infinity), "Infinity ms");
});
