import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ConnectionError,
  encodeHeaders,
  Flag,
  FrameReader,
  FrameType,
  FrameWriter,
  type HeadersFrame,
} from "../../src/frames/mod.ts";

/** HEADERS whose block has so many octets, each with the same value. */
function headers(streamId: number, length: number, value: number): Uint8Array {
  const writer = new FrameWriter();
  const block = new Uint8Array(length).fill(value);
  encodeHeaders(writer, streamId, block, value % 2 === 0, value > 1);
  return writer.take();
}

function next(reader: FrameReader): HeadersFrame {
  const frame = reader.next();
  assert(frame?.type === FrameType.HEADERS);
  return frame;
}

Deno.test("HEADERS are read alike whether their block is short or long", () => {
  const reader = new FrameReader();
  for (let length = 0; length < 70; length++) {
    for (const value of [1, 2, 3]) {
      reader.feed(headers(7, length, value));
      assertEquals({ ...next(reader) }, {
        type: FrameType.HEADERS,
        streamId: 7,
        endStream: value === 2,
        endHeaders: value > 1,
        fragment: new Uint8Array(length).fill(value),
      });
      assertEquals(reader.next(), undefined);
    }
  }
});

Deno.test("HEADERS that one reader has cut stay while others read theirs", () => {
  const [one, other] = [new FrameReader(), new FrameReader()];
  one.feed(headers(1, 8, 5));
  const first = next(one);
  other.feed(headers(3, 8, 9));
  const second = next(other);
  assertEquals(first.fragment, new Uint8Array(8).fill(5));
  assertEquals(second.fragment, new Uint8Array(8).fill(9));
  assertEquals([first.streamId, second.streamId], [1, 3]);
});

Deno.test("a reader that is done leaves its frame of short HEADERS to whoever reads next", () => {
  const [one, other] = [new FrameReader(), new FrameReader()];
  one.feed(headers(1, 8, 5));
  const first = next(one);
  assertEquals(one.next(), undefined);
  other.feed(headers(3, 12, 9));
  assertStrictEquals(next(other), first);
});

Deno.test("short HEADERS on stream 0, with padding or a priority are what long ones are", () => {
  const onNone = headers(1, 4, 2);
  onNone[8] = 0;
  const reader = new FrameReader();
  reader.feed(onNone);
  assertThrows(() => reader.next(), ConnectionError, "stream 0");
  const padded = new FrameReader();
  padded.feed(
    Uint8Array.of(0, 0, 5, 1, Flag.PADDED, 0, 0, 0, 1, 2, 7, 8, 0, 0),
  );
  assertEquals(next(padded).fragment, Uint8Array.of(7, 8));
});
