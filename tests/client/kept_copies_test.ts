import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { KeptCopies } from "../../src/client/calls/kept_copies.ts";

const message = (length: number, octet: number) =>
  new Uint8Array(length).fill(octet);

Deno.test("copies stay what they were made of, whatever their lengths", () => {
  const copies = new KeptCopies();
  const lengths = [0, 1, 63, 64, 65, 2_048, 2_049, 10_000, 3, 500];
  const made = lengths.map((length, i) => {
    const original = message(length, i);
    const copy = copies.add(original);
    original.fill(0xff);
    return copy;
  });
  made.forEach((copy, i) => assertEquals(copy, message(lengths[i], i)));
});

Deno.test("there is at most twice as much room as was copied, and 64 octets", () => {
  const copies = new KeptCopies();
  const buffers = new Set<ArrayBuffer>();
  let copied = 0;
  for (let i = 0; i < 500; i++) {
    const length = i % 70 + 1;
    buffers.add(copies.add(message(length, 1)).buffer);
    copied += length;
    const room = [...buffers].reduce((sum, each) => sum + each.byteLength, 0);
    // What does not fit at the end of an array is left free.
    const bound = 2 * (copied + 70 * buffers.size) + 64;
    assert(room <= bound, `${room} for ${copied}`);
  }
  const sizes = [...buffers].map(({ byteLength }) => byteLength);
  assertEquals(sizes.slice(0, 4), [64, 128, 256, 512]);
  assertEquals(Math.max(...sizes), 8_192);
});

Deno.test("short copies lie beside each other, a long one alone", () => {
  const copies = new KeptCopies();
  for (let i = 0; i < 10; i++) copies.add(message(1_000, 1));
  const [one, other] = [copies.add(message(10, 1)), copies.add(message(10, 2))];
  assertStrictEquals(one.buffer, other.buffer);
  assertEquals(copies.add(message(2_049, 1)).buffer.byteLength, 2_049);
});
