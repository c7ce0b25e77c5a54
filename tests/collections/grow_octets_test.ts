import { assertEquals } from "@std/assert";
import { growOctets, NO_OCTETS } from "../../src/collections/mod.ts";

Deno.test("An array that grows keeps what is used, and is doubled until it suffices", () => {
  const octets = Uint8Array.of(1, 2, 3, 4);
  assertEquals(
    growOctets(octets, 3, 5, 1),
    Uint8Array.of(1, 2, 3, 0, 0, 0, 0, 0),
  );
  assertEquals(growOctets(octets, 4, 17, 1).length, 32);
});

Deno.test("The first array is no shorter than the least, and none longer than the most", () => {
  assertEquals(growOctets(NO_OCTETS, 0, 1, 64).length, 64);
  assertEquals(growOctets(NO_OCTETS, 0, 65, 64).length, 128);
  assertEquals(growOctets(new Uint8Array(64), 64, 65, 64, 100).length, 100);
});

Deno.test("Octet after octet, each is moved twice at the most", () => {
  let octets = NO_OCTETS;
  let moved = 0;
  for (let length = 1; length <= 100_000; length++) {
    if (length <= octets.length) continue;
    moved += octets.length;
    octets = growOctets(octets, octets.length, length, 64);
  }
  assertEquals(moved < 2 * 100_000, true);
});
