import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { FramedCopies } from "../../src/grpc/messages/framed_copies.ts";
import { heapInUse } from "../harness/collect.ts";
import { octets } from "../harness/octets.ts";

/** A copy of a message, which is taken at once. */
function copyOf(copies: FramedCopies, payload: Uint8Array): Uint8Array {
  copies.add(payload);
  return copies.take();
}

const message = (length: number, octet: number) =>
  new Uint8Array(length).fill(octet);

Deno.test("Copies carry their prefix, and outlive what they were made of", () => {
  const copies = new FramedCopies();
  const payload = octets("aabb");
  const copy = copyOf(copies, payload);
  payload.fill(0);
  assertEquals(copy, octets("00 00000002 aabb"));
  assertEquals(copyOf(copies, octets("")), octets("00 00000000"));
});

Deno.test("Copies in a row lie behind each other, until a buffer is full", () => {
  const copies = new FramedCopies();
  const all = Array.from(
    { length: 20 },
    (_, i) => copyOf(copies, message(995, i)),
  );
  for (const [i, copy] of all.entries()) {
    assertEquals(copy.subarray(5), message(995, i));
    assertEquals(copy.byteOffset, 1_000 * (i % 16));
  }
  assertEquals(new Set(all.map(({ buffer }) => buffer)).size, 2);
});

Deno.test("What was released is written over, by whoever copies next", () => {
  const [one, other] = [new FramedCopies(), new FramedCopies()];
  const buffers = Array.from(
    { length: 40 },
    () => copyOf(one, message(1_000, 1)).buffer,
  );
  one.release();
  for (let i = 0; i < 40; i++) {
    assert(buffers.includes(copyOf(other, message(1_000, 2)).buffer));
  }
  other.release();
});

Deno.test("What was forgotten is never written over", () => {
  const [one, other] = [new FramedCopies(), new FramedCopies()];
  const kept = copyOf(one, message(10, 1));
  one.forget();
  one.release();
  for (let i = 0; i < 100; i++) other.add(message(4_000, 2));
  for (let i = 0; i < 100; i++) one.add(message(4_000, 3));
  assertEquals(kept.subarray(5), message(10, 1));
});

Deno.test("Two that copy at a time never share a buffer", () => {
  const all = Array.from({ length: 50 }, () => new FramedCopies());
  for (let round = 0; round < 3; round++) {
    const made = all.map((copies, i) => copyOf(copies, message(100, i)));
    made.forEach((copy, i) => assertEquals(copy.subarray(5), message(100, i)));
    for (const copies of all) copies.release();
  }
});

Deno.test("While messages flow, nothing is allocated", () => {
  const copies = new FramedCopies();
  const { buffer } = copyOf(copies, message(10, 1));
  for (let i = 0; i < 100; i++) {
    copies.release();
    assertStrictEquals(copyOf(copies, message(10, 1)).buffer, buffer);
  }
});

Deno.test("What was added since the last was taken is taken as one", () => {
  const copies = new FramedCopies();
  copies.add(octets("aa"));
  copies.add(octets("bbbb"));
  assertEquals(copies.octets, 13);
  assertEquals(copies.take(), octets("00 00000001 aa 00 00000002 bbbb"));
  assertEquals([copies.octets, copies.take().length], [0, 0]);
  copies.add(octets("cc"));
  assertEquals(copies.take(), octets("00 00000001 cc"));
});

Deno.test("There is room behind what waits as far as a buffer goes, and always for the first", () => {
  const copies = new FramedCopies();
  for (let i = 0; i < 3; i++) {
    assert(copies.hasRoom(4_000));
    copies.add(message(4_000, i));
  }
  assert(copies.hasRoom(4_000));
  copies.add(message(4_000, 3));
  assert(!copies.hasRoom(4_000));
  assertEquals(copies.take().length, 4 * 4_005);
  assert(copies.hasRoom(4_000));
  copies.add(message(4_000, 4));
  assertEquals(copies.take().subarray(5), message(4_000, 4));
});

Deno.test("A stream of which something always waits holds no more than a few buffers", async () => {
  const copies = new FramedCopies();
  const buffers = new Set<WeakRef<ArrayBufferLike>>();
  for (let i = 0; i < 200; i++) {
    buffers.add(new WeakRef(copyOf(copies, message(10_000, i)).buffer));
  }
  await new Promise((resolve) => setTimeout(resolve));
  heapInUse();
  const held = [...buffers].filter((each) => each.deref() !== undefined).length;
  copies.release();
  // Those that are kept for all streams may be among them.
  assert(held <= 32 + 9, `${held} of ${buffers.size} buffers are held`);
});

Deno.test("What was copied long ago and waits still is never written over", () => {
  const [one, other] = [new FramedCopies(), new FramedCopies()];
  const waiting = Array.from(
    { length: 40 },
    (_, i) => copyOf(one, message(10_000, i)),
  );
  for (let i = 0; i < 100; i++) other.add(message(10_000, 0xff));
  waiting.forEach((copy, i) =>
    assertEquals(copy.subarray(5), message(10_000, i))
  );
});
