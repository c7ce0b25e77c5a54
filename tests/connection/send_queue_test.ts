import { assertEquals } from "@std/assert";
import { SendQueue } from "../../src/connection/streams/send_queue.ts";
import type { EncodableHeaderField } from "../../src/hpack/mod.ts";
import { octets } from "../harness/octets.ts";
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
