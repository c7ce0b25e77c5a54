import { assert, assertEquals, assertThrows } from "@std/assert";
import { SendQueue } from "../../src/connection/streams/send_queue.ts";
import type { EncodableHeaderField } from "../../src/hpack/mod.ts";
import { InvariantError } from "../../src/invariants/mod.ts";
import { heapInUse } from "../harness/collect.ts";
import { concat, octets } from "../harness/octets.ts";
import { withSeed } from "../harness/seed.ts";

const TRAILERS: readonly EncodableHeaderField[] = [["grpc-status", "0"]];

/** Takes octets to the middle of a larger place. */
function take(queue: SendQueue, count: number): Uint8Array {
  const target = new Uint8Array(count + 10).fill(0xaa);
  queue.take(count, target, 3);
  assertEquals(target.subarray(0, 3), octets("aa aa aa"));
  assertEquals(target.subarray(count + 3), octets("aa aa aa aa aa aa aa"));
  return target.subarray(3, count + 3);
}

Deno.test("A queue begins empty and open", () => {
  const queue = new SendQueue();
  assertEquals(
    [queue.octets, queue.isEmpty, queue.endsWithData, queue.trailers],
    [0, true, false, undefined],
  );
});

Deno.test("Pieces that lie behind each other in one array come out as they went in", () => {
  const slab = Uint8Array.from({ length: 100 }, (_, i) => i);
  const pieces = [[0, 5], [5, 9], [9, 40], [50, 60], [40, 50], [60, 60], [
    60,
    61,
  ]];
  for (const count of [1, 3, 7, 61]) {
    const queue = new SendQueue();
    const wanted: number[] = [];
    const came: number[] = [];
    for (const [start, end] of pieces) {
      queue.push(slab.subarray(start, end));
      wanted.push(...slab.subarray(start, end));
      if (queue.octets > count) came.push(...take(queue, count));
    }
    queue.push(Uint8Array.of(200));
    while (queue.octets > 0) {
      came.push(...take(queue, Math.min(count, queue.octets)));
    }
    assertEquals(came, [...wanted, 200]);
  }
});

Deno.test("A piece that leaves whole leaves nothing behind, whatever went before and follows", () => {
  const slab = octets("01 02 03 04 05 06");
  const queue = new SendQueue();
  queue.push(slab.subarray(0, 2));
  queue.push(slab.subarray(2, 4));
  assertEquals(take(queue, 4), octets("01 02 03 04"));
  assertEquals([queue.octets, queue.isEmpty], [0, true]);
  assertEquals(take(queue, 0), octets(""));
  queue.push(slab.subarray(4));
  queue.push(octets("07 08"));
  assertEquals(take(queue, 2), octets("05 06"));
  assertEquals(take(queue, 2), octets("07 08"));
  queue.push(octets("09"));
  assertEquals(take(queue, 1), octets("09"));
  assertEquals(queue.isEmpty, true);
});

Deno.test("A part that grows to the length of its array is still the part", () => {
  const whole = Uint8Array.from({ length: 20 }, (_, i) => i);
  const queue = new SendQueue();
  queue.push(whole.subarray(0, 10), 5, 10);
  queue.push(whole, 10, 15);
  queue.push(Uint8Array.of(99));
  assertEquals(take(queue, 11), Uint8Array.of(...whole.subarray(5, 15), 99));
});

Deno.test("Octets come out as they went in, whatever the pieces", () => {
  const queue = new SendQueue();
  queue.push(octets("01 02 03"));
  queue.push(octets("04"));
  queue.push(octets("05 06 07 08"));
  assertEquals(queue.octets, 8);
  assertEquals(take(queue, 2), octets("01 02"));
  assertEquals(take(queue, 0), octets(""));
  assertEquals(take(queue, 4), octets("03 04 05 06"));
  assertEquals([queue.octets, queue.isEmpty], [2, false]);
  queue.push(octets("09"));
  assertEquals(take(queue, 3), octets("07 08 09"));
  assertEquals([queue.octets, queue.isEmpty], [0, true]);
});

Deno.test("No data is nothing that waits", () => {
  const queue = new SendQueue();
  queue.push(octets(""));
  assertEquals(queue.isEmpty, true);
});

Deno.test("An end waits behind the data, and by itself", () => {
  const queue = new SendQueue();
  queue.push(octets("01"));
  queue.end();
  assertEquals([queue.endsWithData, queue.trailers], [true, undefined]);
  take(queue, 1);
  assertEquals([queue.octets, queue.isEmpty], [0, false]);
  queue.ended();
  assertEquals([queue.isEmpty, queue.endsWithData], [true, false]);
});

Deno.test("Trailers are an end, too, but not one of the data", () => {
  const queue = new SendQueue();
  queue.push(octets("01"));
  queue.end(TRAILERS);
  assertEquals([queue.endsWithData, queue.trailers], [false, TRAILERS]);
  take(queue, 1);
  assertEquals(queue.isEmpty, false);
  queue.ended();
  assertEquals([queue.isEmpty, queue.trailers], [true, undefined]);
});

Deno.test(
  "Random pieces in and out make the same octets",
  withSeed((random) => {
    const queue = new SendQueue();
    const whole = random.octets(20_000);
    const taken: number[] = [];
    for (let at = 0; at < whole.length || queue.octets > 0;) {
      if (random.oneIn(2)) {
        const length = random.below(random.oneIn(10) ? 3_000 : 20);
        queue.push(whole.subarray(at, at + length));
        at = Math.min(at + length, whole.length);
      } else {
        taken.push(...take(queue, random.below(queue.octets + 1)));
      }
      assertEquals(queue.octets, at - taken.length);
    }
    assertEquals(Uint8Array.from(taken), whole);
  }),
);

/** A short piece at the start of an array that is much longer. */
function cutFromMuch(): Uint8Array {
  return new Uint8Array(8_192).subarray(0, 5);
}

Deno.test("Many short pieces that wait do not keep what each was cut from", async () => {
  const queue = new SendQueue();
  const arrays = Array.from({ length: 400 }, () => {
    const piece = cutFromMuch();
    queue.push(piece);
    return new WeakRef(piece.buffer);
  });
  await new Promise((resolve) => setTimeout(resolve));
  heapInUse();
  const kept = arrays.filter((array) => array.deref() !== undefined).length;
  assert(kept <= 33, `${kept} of ${arrays.length} arrays are kept`);
  assertEquals(take(queue, 2_000), new Uint8Array(2_000));
});

Deno.test("A long piece among many short ones is not copied", () => {
  const queue = new SendQueue();
  const long = new Uint8Array(20_000);
  queue.push(long);
  for (let i = 0; i < 60; i++) queue.push(cutFromMuch());
  long.fill(1);
  assertEquals(take(queue, 20_000), new Uint8Array(20_000).fill(1));
});

Deno.test(
  "Short pieces and long ones come out in order, whatever is taken in between",
  withSeed((random) => {
    for (let run = 0; run < 50; run++) {
      const queue = new SendQueue();
      const most = random.pick([3, 40, 300, 5_000]);
      const [wanted, came]: Uint8Array[][] = [[], []];
      for (let i = 0; i < 200; i++) {
        const piece = random.octets(random.below(random.oneIn(5) ? most : 6));
        queue.push(piece);
        wanted.push(piece);
        if (!random.oneIn(4)) continue;
        const count = Math.min(queue.octets, random.below(20));
        came.push(take(queue, count));
      }
      came.push(take(queue, queue.octets));
      assertEquals(concat(...came), concat(...wanted));
    }
  }),
);

for (
  const [what, next] of [
    ["they are sent", (queue: SendQueue) => take(queue, 10)],
    ["others follow", (queue: SendQueue) => queue.push(octets("aa"))],
  ] as const
) {
  Deno.test(`Lent octets that are transferred are told when ${what}`, () => {
    const queue = new SendQueue();
    const lent = new Uint8Array(10);
    queue.push(lent);
    structuredClone(lent, { transfer: [lent.buffer] });
    assertThrows(() => next(queue), InvariantError, "lent stay until");
  });
}

Deno.test("Parts of an array come out as they went in, beside views of it and alone", () => {
  const slab = Uint8Array.from({ length: 1_000 }, (_, i) => i);
  const parts = [[3, 5], [5, 9], [600, 900], [900, 901], [9, 12], [20, 20]];
  for (const count of [1, 4, 200, 2_000]) {
    const queue = new SendQueue();
    const came: number[] = [];
    for (const [start, end] of parts) {
      if (start === 900) queue.push(slab.subarray(start, end));
      else queue.push(slab, start, end);
      came.push(...take(queue, Math.min(count, queue.octets)));
    }
    while (queue.octets > 0) {
      came.push(...take(queue, Math.min(count, queue.octets)));
    }
    const wanted = parts.flatMap(([start, end]) => [...slab.slice(start, end)]);
    assertEquals(came, wanted);
  }
});
