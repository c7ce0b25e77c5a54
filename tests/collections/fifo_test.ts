import { assertEquals } from "@std/assert";
import { Fifo } from "../../src/collections/mod.ts";
import { withSeed } from "../harness/seed.ts";

Deno.test("A fresh queue is empty", () => {
  const fifo = new Fifo<string>();
  assertEquals(fifo.length, 0);
  assertEquals(fifo.first, undefined);
  assertEquals(fifo.shift(), undefined);
  assertEquals(fifo.length, 0);
});

Deno.test("What was cleared does not come", () => {
  const fifo = new Fifo<string>();
  fifo.push("a");
  fifo.push("b");
  fifo.shift();
  fifo.clear();
  assertEquals([fifo.length, fifo.first], [0, undefined]);
  fifo.push("c");
  assertEquals([fifo.length, fifo.first, fifo.shift()], [1, "c", "c"]);
});

Deno.test(
  "It answers as an Array does, whatever comes and goes",
  withSeed((random) => {
    const fifo = new Fifo<number>();
    const expected: number[] = [];
    for (let turn = 0; turn < 20_000; turn++) {
      // It fills for a while, and empties for a while.
      const fills = (turn >> 10) % 2 === 0;
      if (random.oneIn(fills ? 3 : 2)) {
        assertEquals(fifo.shift(), expected.shift());
      } else {
        fifo.push(turn);
        expected.push(turn);
      }
      if (random.oneIn(2_000)) {
        fifo.clear();
        expected.length = 0;
      }
      assertEquals([fifo.length, fifo.first], [expected.length, expected[0]]);
    }
  }),
);
