import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { KeptRequests } from "../../src/client/calls/kept_requests.ts";

const message = (length: number, octet: number) =>
  new Uint8Array(length).fill(octet);

const LENGTHS = [0, 1, 63, 64, 65, 2_048, 2_049, 10_000, 3, 0, 500];

/** Some of these lengths, each of the octet of its place. */
function filled(): KeptRequests {
  const kept = new KeptRequests();
  for (const [i, length] of LENGTHS.entries()) {
    const original = message(length, i);
    kept.add(original);
    if (length <= 2_048) original.fill(0xff);
  }
  return kept;
}

Deno.test("requests have their places, whatever their lengths, and short ones are copies", () => {
  const kept = filled();
  assertEquals(kept.end, LENGTHS.length);
  for (let round = 0; round < 2; round++) {
    for (const [i, length] of LENGTHS.entries()) {
      assertEquals(kept.at(i), message(length, i));
    }
  }
  assertEquals([kept.at(-1), kept.at(LENGTHS.length)], [undefined, undefined]);
});

Deno.test("there is at most twice as much room as was copied, and 64 octets", () => {
  const kept = new KeptRequests();
  const buffers = new Set<ArrayBufferLike>();
  let copied = 0;
  for (let i = 0; i < 4_000; i++) {
    kept.add(message(i % 70 + 1, 1));
    copied += i % 70 + 1;
    buffers.add(kept.at(i)!.buffer);
    const room = [...buffers].reduce((sum, each) => sum + each.byteLength, 0);
    // What does not fit at the end of an array is left free.
    const bound = 2 * (copied + 70 * buffers.size) + 64;
    assert(room <= bound, `${room} for ${copied}`);
  }
  const sizes = [...buffers].map(({ byteLength }) => byteLength);
  assertEquals(sizes.slice(0, 4), [64, 128, 256, 512]);
  assertEquals(Math.max(...sizes), 32_768);
});

Deno.test("the same object given twice has two places", () => {
  const kept = new KeptRequests(true);
  const one = message(3, 1);
  for (let i = 0; i < 2; i++) kept.add(one);
  assertStrictEquals(kept.at(0), one);
  assertStrictEquals(kept.at(1), one);
});

Deno.test("a long one is not copied, and none is where the objects matter", () => {
  const kept = new KeptRequests();
  const long = message(2_049, 1);
  kept.add(long);
  assertStrictEquals(kept.at(0), long);
  const objects = new KeptRequests(true);
  const short = message(3, 1);
  objects.add(short);
  assertStrictEquals(objects.at(0), short);
});

Deno.test("what is forgotten is gone, and the others keep their places", () => {
  const kept = filled();
  kept.forget(7);
  kept.forget(2);
  for (const [i, length] of LENGTHS.entries()) {
    assertEquals(kept.at(i), i < 7 ? undefined : message(length, i));
  }
  kept.forget(100);
  assertEquals([kept.end, kept.at(10)], [LENGTHS.length, undefined]);
  kept.add(message(5, 7));
  assertEquals([kept.end, kept.at(11)], [LENGTHS.length + 1, message(5, 7)]);
});
