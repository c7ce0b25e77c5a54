import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { ReadBuffer } from "../../src/transport/read_buffer.ts";

const SMALL = 256;
const MEDIUM = 2_048;
const LARGE = 73_728;
const CALM = 16;

/** The sizes of the buffer after reads that bring so many octets. */
function sizesAfter(counts: number[]): number[] {
  const reads = new ReadBuffer();
  return counts.map((count) => {
    reads.adapt(count);
    return reads.buffer.length;
  });
}

Deno.test("an idle connection holds a small buffer", () => {
  assertEquals(new ReadBuffer().buffer.length, SMALL);
});

Deno.test("a read that fills the buffer makes it larger", () => {
  assertEquals(sizesAfter([SMALL - 1, SMALL, MEDIUM - 1, MEDIUM, LARGE]), [
    SMALL,
    MEDIUM,
    MEDIUM,
    LARGE,
    LARGE,
  ]);
});

Deno.test("the large buffer stays while reads would not fit a small one", () => {
  const counts = [SMALL, MEDIUM, SMALL + 1, LARGE, SMALL + 1];
  assertEquals(sizesAfter(counts).slice(1), [LARGE, LARGE, LARGE, LARGE]);
});

Deno.test("a small read makes the large buffer medium", () => {
  assertEquals(sizesAfter([SMALL, MEDIUM, 1]).at(-1), MEDIUM);
});

Deno.test("a medium buffer stays while some reads need it", () => {
  const reads = new ReadBuffer();
  reads.adapt(SMALL);
  const { buffer } = reads;
  for (let i = 0; i < 100; i++) {
    for (let n = 1; n < CALM; n++) reads.adapt(17);
    reads.adapt(SMALL + 1);
    assertStrictEquals(reads.buffer, buffer);
  }
});

Deno.test("a connection that is idle again holds a small buffer soon", () => {
  const pings = Array.from({ length: CALM }, () => 17);
  const sizes = sizesAfter([SMALL, ...pings]);
  assertEquals(sizes.at(-2), MEDIUM);
  assertEquals(sizes.at(-1), SMALL);
});

Deno.test("small reads allocate nothing", () => {
  const reads = new ReadBuffer();
  const { buffer } = reads;
  for (const count of [17, 1, SMALL - 1]) {
    reads.adapt(count);
    assertStrictEquals(reads.buffer, buffer);
  }
});

Deno.test("small buffers of many connections are views of few arrays, and none of two is the same", () => {
  const all = Array.from({ length: 128 }, () => new ReadBuffer().buffer);
  assert(new Set(all.map(({ buffer }) => buffer)).size < 10);
  all.forEach((buffer, i) => buffer.fill(i));
  all.forEach((buffer, i) => assertEquals([...new Set(buffer)], [i]));
});

Deno.test("a small buffer that is given back is that of the next connection", () => {
  const reads = new ReadBuffer();
  const { buffer } = reads;
  reads.release();
  assertEquals(reads.buffer.length, 0);
  assertStrictEquals(new ReadBuffer().buffer, buffer);
});
