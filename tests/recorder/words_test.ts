import { assert } from "@std/assert";
import { wordsOf } from "../../src/recorder/words.ts";
import { withSeed } from "../harness/seed.ts";
import { randomEvent } from "./support/random_events.ts";

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
