import {
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
} from "@std/assert";
import { decodeData } from "../../src/frames/data.ts";
import {
  Flag,
  FrameType,
  type RawFrame,
} from "../../src/frames/frame_header.ts";
import { reuseShortData } from "../../src/frames/short_data.ts";

/** A DATA frame behind a header, in a read of so many octets in all. */
function raw(payload: readonly number[], flags = 0): RawFrame {
  const bytes = new Uint8Array([...new Array(9).fill(0xff), ...payload]);
  const { length } = payload;
  return { length, type: FrameType.DATA, flags, streamId: 1, bytes, start: 9 };
}

function decode(frame: RawFrame) {
  return decodeData(frame, undefined, true);
}

Deno.test("Short data is a copy that the next read does not change, and long data a view", () => {
  for (const length of [0, 1, 37, 64, 65, 1_000]) {
    const frame = raw(Array.from({ length }, (_, i) => i % 251));
    const { data } = decode(frame);
    assertEquals([...data], [...frame.bytes.subarray(9)]);
    assertEquals(data.buffer === frame.bytes.buffer, length > 64);
  }
});

Deno.test("Padding is no data, however short", () => {
  const { data } = decode(raw([2, 7, 8, 0, 0], Flag.PADDED));
  assertEquals([...data], [7, 8]);
});

Deno.test("Data that nobody looks at any more is the next of its length, that of others is their own", () => {
  const first = decode(raw([1, 2, 3])).data;
  const second = decode(raw([4, 5, 6])).data;
  assertNotStrictEquals(first, second);
  reuseShortData(first);
  assertNotStrictEquals(decode(raw([7, 7])).data, first);
  const third = decode(raw([7, 8, 9])).data;
  assertStrictEquals(third, first);
  assertEquals([[...second], [...third]], [[4, 5, 6], [7, 8, 9]]);
  assertNotStrictEquals(decode(raw([7, 8, 9])).data, first);
});

Deno.test("A view of a read is not used again", () => {
  const frame = raw([2, 7, 8, 0, 0], Flag.PADDED);
  reuseShortData(decode(frame).data);
  reuseShortData(frame.bytes.subarray(9, 11));
  const { data } = decode(raw([1, 2]));
  assertEquals(data.buffer === frame.bytes.buffer, false);
  assertEquals([...frame.bytes.subarray(9)], [2, 7, 8, 0, 0]);
});
