import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { FramedCopies } from "../../src/grpc/messages/framed_copies.ts";
import { octets } from "../harness/octets.ts";

/** Sends copies on a stream, one behind the other. */
class Sender {
  readonly copies = new FramedCopies();
  /** Octets that were put on the stream. */
  total = 0;

  /** Adds a copy of a message. */
  add(payload: Uint8Array): void {
    this.copies.add(payload, this.total);
    this.total += 5 + payload.length;
  }

  /** A copy of a message, which is taken at once. */
  copyOf(payload: Uint8Array): Uint8Array {
    this.add(payload);
    return this.copies.take();
  }

  /** All has been sent but so many octets. */
  sent(waiting = 0): void {
    this.copies.release(this.total - waiting);
  }
}

const message = (length: number, octet: number) =>
  new Uint8Array(length).fill(octet);

Deno.test("Copies carry their prefix, and outlive what they were made of", () => {
  const sender = new Sender();
  const payload = octets("aabb");
  const copy = sender.copyOf(payload);
  payload.fill(0);
  assertEquals(copy, octets("00 00000002 aabb"));
  assertEquals(sender.copyOf(octets("")), octets("00 00000000"));
});

Deno.test("Copies in a row lie behind each other, until a buffer is full", () => {
  const sender = new Sender();
  const all = Array.from(
    { length: 20 },
    (_, i) => sender.copyOf(message(995, i)),
  );
  for (const [i, copy] of all.entries()) {
    assertEquals(copy.subarray(5), message(995, i));
    assertEquals(copy.byteOffset, 1_000 * (i % 16));
  }
  assertEquals(new Set(all.map(({ buffer }) => buffer)).size, 2);
});

Deno.test("What was released is written over, by whoever copies next", () => {
  const [one, other] = [new Sender(), new Sender()];
  const buffers = Array.from(
    { length: 40 },
    () => one.copyOf(message(1_000, 1)).buffer,
  );
  one.sent();
  for (let i = 0; i < 40; i++) {
    assert(buffers.includes(other.copyOf(message(1_000, 2)).buffer));
  }
  other.sent();
});

Deno.test("What was forgotten is never written over", () => {
  const [one, other] = [new Sender(), new Sender()];
  const kept = one.copyOf(message(10, 1));
  one.copies.forget();
  one.sent();
  for (let i = 0; i < 100; i++) other.add(message(4_000, 2));
  for (let i = 0; i < 100; i++) one.add(message(4_000, 3));
  assertEquals(kept.subarray(5), message(10, 1));
});

Deno.test("Two that copy at a time never share a buffer", () => {
  const all = Array.from({ length: 50 }, () => new Sender());
  for (let round = 0; round < 3; round++) {
    const made = all.map((sender, i) => sender.copyOf(message(100, i)));
    made.forEach((copy, i) => assertEquals(copy.subarray(5), message(100, i)));
    for (const sender of all) sender.sent();
  }
});

Deno.test("While messages flow, nothing is allocated", () => {
  const sender = new Sender();
  const { buffer } = sender.copyOf(message(10, 1));
  for (let i = 0; i < 100; i++) {
    sender.sent();
    assertStrictEquals(sender.copyOf(message(10, 1)).buffer, buffer);
  }
});

Deno.test("What was added since the last was taken is taken as one", () => {
  const sender = new Sender();
  const { copies } = sender;
  copies.add(octets("aa"), 0);
  copies.add(octets("bbbb"), 6);
  assertEquals(copies.octets, 13);
  assertEquals(copies.take(), octets("00 00000001 aa 00 00000002 bbbb"));
  assertEquals([copies.octets, copies.take().length], [0, 0]);
  copies.add(octets("cc"), 15);
  assertEquals(copies.take(), octets("00 00000001 cc"));
});

Deno.test("There is room behind what waits as far as a buffer goes, and always for the first", () => {
  const sender = new Sender();
  const { copies } = sender;
  for (let i = 0; i < 3; i++) {
    assert(copies.hasRoom(4_000));
    sender.add(message(4_000, i));
  }
  assert(copies.hasRoom(4_000));
  sender.add(message(4_000, 3));
  assert(!copies.hasRoom(4_000));
  assertEquals(copies.take().length, 4 * 4_005);
  assert(copies.hasRoom(4_000));
  sender.add(message(4_000, 4));
  assertEquals(copies.take().subarray(5), message(4_000, 4));
});

Deno.test("Where something always waits, what has been sent is written over all the same, and what waits is not", () => {
  const sender = new Sender();
  const buffers = new Set<ArrayBufferLike>();
  const waiting: { copy: Uint8Array; octet: number }[] = [];
  for (let i = 0; i < 1_000; i++) {
    const octet = i % 251;
    const copy = sender.copyOf(message(3_000, octet));
    buffers.add(copy.buffer);
    waiting.push({ copy, octet });
    if (waiting.length > 20) waiting.shift();
    sender.sent(20 * 3_005);
    for (const { copy, octet } of waiting) assertEquals(copy[5], octet);
  }
  // Twenty of them lie in five buffers at the most; and the next one.
  assert(buffers.size <= 6, `${buffers.size} buffers`);
  sender.sent();
});

Deno.test("A buffer of which an octet waits is not given back", () => {
  const [one, other] = [new Sender(), new Sender()];
  const copies = Array.from(
    { length: 2 },
    (_, i) => one.copyOf(message(12_000, i + 1)),
  );
  one.sent(12_006);
  other.add(message(12_000, 3));
  assertEquals(copies.map((copy) => copy[5]), [1, 2]);
  one.sent(12_005);
  const next = new Sender().copyOf(message(12_000, 4));
  assertEquals(next.buffer, copies[0].buffer);
  assertEquals(copies[1][5], 2);
});

Deno.test("What was copied long ago and waits still is never written over", () => {
  const [one, other] = [new Sender(), new Sender()];
  const waiting = Array.from(
    { length: 40 },
    (_, i) => one.copyOf(message(10_000, i)),
  );
  for (let i = 0; i < 100; i++) other.add(message(10_000, 0xff));
  waiting.forEach((copy, i) =>
    assertEquals(copy.subarray(5), message(10_000, i))
  );
});
