import { assertEquals } from "@std/assert";
import { nearest } from "../../src/options/mod.ts";

const KEYS = ["time", "timeout", "permitWithoutStream", "maxConnectionAge"];

Deno.test("The nearest word is the one with the fewest wrong letters", () => {
  for (
    const [word, expected] of [
      ["tine", "time"],
      ["timeuot", "timeout"],
      ["timeouts", "timeout"],
      ["maxConectionAge", "maxConnectionAge"],
      ["maxConnectionIdle", "maxConnectionAge"],
      ["permitWithoutStreams", "permitWithoutStream"],
      ["permitWithoutCalls", "permitWithoutStream"],
    ] as const
  ) assertEquals(nearest(word, KEYS), expected, word);
});

Deno.test("Upper and lower case do not matter", () => {
  assertEquals(nearest("TIMEOUT", KEYS), "timeout");
  assertEquals(nearest("permitwithoutstream", KEYS), "permitWithoutStream");
});

Deno.test("A word that is known is its own nearest", () => {
  for (const key of KEYS) assertEquals(nearest(key, KEYS), key);
});

Deno.test("Of words that are equally near the first is taken", () => {
  assertEquals(nearest("tim1", ["time", "tims"]), "time");
});

Deno.test("No word is near if more than a third of its letters differ", () => {
  assertEquals(nearest("abcxxx", ["abcdef"]), undefined);
  assertEquals(nearest("abcdxx", ["abcdef"]), "abcdef");
  for (const word of ["", "x", "keepalive", "tmie2"]) {
    assertEquals(nearest(word, KEYS), undefined, word);
  }
});

Deno.test("Among no words none is near", () => {
  assertEquals(nearest("time", []), undefined);
});
