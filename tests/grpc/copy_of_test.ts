import { assert, assertEquals } from "@std/assert";
import { copyOf } from "../../src/grpc/messages/copy_of.ts";

/** Octets of a connection, each with its place as its value. */
function octets(length = 1_024): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => at & 0xff);
}

const CONNECTION = {};

Deno.test("copies have the octets of their place, and keep them whatever follows", () => {
  const data = octets();
  const copies: [start: number, copy: Uint8Array][] = [];
  for (let start = 0; start < 700; start += 7) {
    copies.push([start, copyOf(data, start, start + start % 300, CONNECTION)]);
  }
  data.fill(0);
  for (const [start, copy] of copies) {
    const expected = octets().subarray(start, start + start % 300);
    assertEquals(copy, expected.slice());
  }
});

Deno.test("short copies of one connection lie beside each other, in 2 KiB at the most", () => {
  const data = octets();
  const copy = () => copyOf(data, 0, 32, CONNECTION);
  copyOf(data, 0, 0, {});
  copy();
  const copies = Array.from({ length: 1_000 }, copy);
  const buffers = new Set(copies.map(({ buffer }) => buffer));
  assertEquals(buffers.size, Math.ceil(1_000 * 32 / 2_048));
  for (const { byteLength } of buffers) assertEquals(byteLength, 2_048);
});

Deno.test("copies of different connections never lie beside each other, however they alternate", () => {
  const connections = [{}, {}, {}];
  const data = octets();
  const buffers = connections.map(() => new Set<ArrayBuffer>());
  for (let round = 0; round < 300; round++) {
    const at = Math.floor(round / (1 + round % 3)) % 3;
    buffers[at].add(copyOf(data, 0, 16, connections[at]).buffer);
  }
  const all = buffers.flatMap((each) => [...each]);
  assertEquals(new Set(all).size, all.length);
});

Deno.test("copies of what belongs to no connection lie alone", () => {
  const data = octets();
  for (let i = 0; i < 3; i++) {
    assertEquals(copyOf(data, 0, 32, undefined).buffer.byteLength, 32);
  }
});

Deno.test("a single short copy, and a long one, have no more octets than they need", () => {
  for (const length of [0, 1, 256]) {
    const alone = copyOf(octets(), 0, length, {});
    assertEquals(alone.buffer.byteLength, length);
  }
  const data = octets();
  const long = [1, 2, 3].map(() => copyOf(data, 0, 257, CONNECTION));
  for (const { buffer } of long) assertEquals(buffer.byteLength, 257);
});

Deno.test("whoever transfers the memory of a message takes away none that is copied later", () => {
  const data = octets();
  const copy = (): Uint8Array<ArrayBuffer> => copyOf(data, 0, 32, CONNECTION);
  copy();
  const taken = copy();
  structuredClone(taken, { transfer: [taken.buffer] });
  const next = copy();
  assertEquals(next, data.slice(0, 32));
  assert(next.buffer !== taken.buffer);
});
