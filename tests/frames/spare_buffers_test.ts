import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  encodeData,
  encodePing,
  FrameReader,
  FrameType,
  FrameWriter,
} from "../../src/frames/mod.ts";

function ping(writer: FrameWriter, octet: number): void {
  encodePing(writer, false, new Uint8Array(8).fill(octet));
}

Deno.test("A writer that is done with what it took leaves its small buffers to others", () => {
  const [one, other] = [new FrameWriter(), new FrameWriter()];
  ping(one, 1);
  const { buffer } = one.take();
  one.release();
  assertEquals(one.buffer.length, 0);
  ping(other, 2);
  assertStrictEquals(other.take().buffer, buffer);
});

Deno.test("What waits to be taken stays when a writer is done with what it took before", () => {
  const writer = new FrameWriter();
  ping(writer, 1);
  writer.take();
  ping(writer, 2);
  writer.release();
  const octets = writer.take();
  assertEquals([octets.length, octets[16]], [17, 2]);
});

Deno.test("A writer that is busy keeps its large buffer", () => {
  const writer = new FrameWriter();
  encodeData(writer, 1, new Uint8Array(1_000), false);
  const { buffer } = writer.take();
  writer.release();
  ping(writer, 1);
  writer.take();
  ping(writer, 2);
  assertStrictEquals(writer.take().buffer, buffer);
});

Deno.test("Of its large buffers a writer that has nothing to send keeps one, and writes with it again", () => {
  const writer = new FrameWriter();
  const say = (octet: number, length = 65_536) => {
    encodeData(writer, 1, new Uint8Array(length).fill(octet), false);
    return writer.take();
  };
  const [first, second] = [say(1), say(2)];
  assert(first.buffer !== second.buffer);
  writer.release();
  const kept = writer.buffer.buffer;
  assertEquals(kept.byteLength, 131_072);
  for (const octet of [3, 4]) {
    const octets = say(octet);
    assertStrictEquals(octets.buffer, kept);
    assertEquals(octets.subarray(9).every((each) => each === octet), true);
    writer.release();
  }
});

Deno.test("A large buffer that waits to be taken is not given away for one that was", () => {
  const writer = new FrameWriter();
  encodeData(writer, 1, new Uint8Array(65_536).fill(1), false);
  writer.take();
  encodeData(writer, 1, new Uint8Array(5_000).fill(2), false);
  writer.release();
  const octets = writer.take();
  assertEquals([octets.length, octets[9], octets[5_008]], [5_009, 2, 2]);
});

Deno.test("Two writers never write into the same buffer", () => {
  const writers = Array.from({ length: 100 }, () => new FrameWriter());
  for (let round = 0; round < 3; round++) {
    writers.forEach((writer, i) => ping(writer, i));
    const taken = writers.map((writer) => writer.take());
    taken.forEach((octets, i) => assertEquals(octets[16], i));
    for (const writer of writers) writer.release();
  }
});

Deno.test("The PING frames of two readers are two, as long as both are read", () => {
  const writer = new FrameWriter();
  const frames = [1, 2].map((octet) => {
    ping(writer, octet);
    const reader = new FrameReader();
    reader.feed(writer.take().slice());
    return reader.next();
  });
  for (const [i, frame] of frames.entries()) {
    assert(frame?.type === FrameType.PING);
    assertEquals(frame.opaqueData[0], i + 1);
  }
});

Deno.test("A reader whose frame came in pieces leaves its buffer to others when it was handled", () => {
  const writer = new FrameWriter();
  encodeData(writer, 1, new Uint8Array(16_384), true);
  const octets = writer.take();
  const read = (reader: FrameReader) => {
    reader.feed(octets.subarray(0, 8_000));
    reader.next();
    reader.feed(octets.subarray(8_000));
    const frame = reader.next();
    assert(frame?.type === FrameType.DATA);
    return frame.data.buffer;
  };
  const one = new FrameReader();
  const buffer = read(one);
  one.release();
  assertStrictEquals(read(new FrameReader()), buffer);
});
