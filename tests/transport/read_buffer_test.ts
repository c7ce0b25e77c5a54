import { assertEquals, assertStrictEquals } from "@std/assert";
import { ReadBuffer } from "../../src/transport/read_buffer.ts";

const SMALL = 256;
const LARGE = 65_536;

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

Deno.test("a read that fills the small buffer makes it large", () => {
  assertEquals(sizesAfter([SMALL - 1, SMALL]), [SMALL, LARGE]);
});

Deno.test("the large buffer stays while reads would not fit a small one", () => {
  const counts = [SMALL, SMALL + 1, LARGE, SMALL + 1];
  assertEquals(sizesAfter(counts), [LARGE, LARGE, LARGE, LARGE]);
});

Deno.test("a read that fits a small buffer makes the large one small", () => {
  assertEquals(sizesAfter([SMALL, SMALL, SMALL, 1]), [
    LARGE,
    SMALL,
    LARGE,
    SMALL,
  ]);
});

Deno.test("small reads allocate nothing", () => {
  const reads = new ReadBuffer();
  const { buffer } = reads;
  for (const count of [17, 1, SMALL - 1]) {
    reads.adapt(count);
    assertStrictEquals(reads.buffer, buffer);
  }
});
