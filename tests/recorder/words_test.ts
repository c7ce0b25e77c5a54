import { assert, assertEquals } from "@std/assert";
import { duration, wordsOf } from "../../src/recorder/words.ts";
import { withSeed } from "../harness/seed.ts";
import { randomEvent } from "./support/random_events.ts";

Deno.test("a length of time is as long as a person wants it", () => {
  const lengths: [number, string][] = [
    [0, "0 ms"],
    [0.4213, "0.42 ms"],
    [12.4, "12 ms"],
    [999.4, "999 ms"],
    [1_500, "1.5 s"],
    [11_000, "11 s"],
    [71_230, "71.2 s"],
    [120_000, "2 min"],
    [7_200_000, "2 h"],
    [7_500_000, "2 h 5 min"],
    [Infinity, "ever"],
  ];
  for (const [value, text] of lengths) assertEquals(duration(value), text);
});

Deno.test(
  "each event of a connection has words",
  withSeed((random) => {
    for (let i = 0; i < 1_000; i++) {
      const event = randomEvent(random, i);
      const words = wordsOf(event);
      assert(words.length > 5 && !words.includes("undefined"), words);
    }
  }),
);
