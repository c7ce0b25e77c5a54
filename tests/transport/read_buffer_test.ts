import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { ReadBuffer } from "../../src/transport/read_buffer.ts";

const SMALL = 256;
const MEDIUM = 2_048;
const LARGE = 73_728;
const HUGE = 294_912;
const MOST_HUGE = 4;
const STEADY = 4;
const CALM = 16;

/** Reads that fill a large buffer, until a huge one is worth it. */
const MUCH = [SMALL, MEDIUM, ...Array<number>(STEADY).fill(LARGE)];

/** A connection that has read so much. */
function busy(): ReadBuffer {
  const reads = new ReadBuffer();
  for (const count of MUCH) reads.adapt(count);
  return reads;
}

/** The sizes of the buffer after reads that bring so many octets. */
function sizesAfter(counts: number[]): number[] {
  const reads = new ReadBuffer();
  const sizes = counts.map((count) => {
    reads.adapt(count);
    return reads.buffer.length;
  });
  reads.release();
  return sizes;
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

Deno.test("a few reads in a row that fill the large buffer make it huge, until one does not need it", () => {
  const sizes = sizesAfter([...MUCH, HUGE, LARGE + 1, LARGE, LARGE]);
  assertEquals(sizes.slice(-6), [LARGE, HUGE, HUGE, HUGE, LARGE, LARGE]);
  assertEquals(sizesAfter([...MUCH, HUGE, 17]).at(-1), MEDIUM);
  const gaps = [...MUCH.slice(0, -1), LARGE - 1, ...MUCH.slice(2, -1)];
  assertEquals(sizesAfter(gaps).at(-1), LARGE);
});

Deno.test("a few connections at a time have huge buffers, which go round", () => {
  const sizes = (all: ReadBuffer[]) => all.map(({ buffer }) => buffer.length);
  const first = Array.from({ length: MOST_HUGE }, busy);
  assertEquals(sizes(first), [HUGE, HUGE, HUGE, HUGE]);
  const [one, another] = [busy(), busy()];
  assertEquals(sizes([one, another]), [LARGE, LARGE]);
  const { buffer } = first[0];
  first[0].adapt(LARGE);
  one.adapt(LARGE);
  assert(one.buffer === buffer);
  first[1].release();
  another.adapt(LARGE);
  assertEquals(sizes([another, ...first]), [HUGE, LARGE, 0, HUGE, HUGE]);
  for (const each of [one, another, ...first]) each.release();
});

Deno.test("a huge buffer whose read has failed is not used again, another is", () => {
  const first = Array.from({ length: MOST_HUGE }, busy);
  const { buffer } = first[0];
  first[0].abandon();
  const next = busy();
  assertEquals(next.buffer.length, HUGE);
  assert(next.buffer !== buffer);
  for (const each of [next, ...first]) each.release();
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
