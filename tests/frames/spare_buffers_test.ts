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

Deno.test("A writer that has nothing to send leaves its large buffers to whoever writes much next", () => {
  const say = (writer: FrameWriter, octet: number, length = 65_536) => {
    encodeData(writer, 1, new Uint8Array(length).fill(octet), false);
    return writer.take();
  };
  const [one, other] = [new FrameWriter(), new FrameWriter()];
  const buffers = [say(one, 1).buffer, say(one, 2).buffer];
  assertEquals(new Set(buffers).size, 2);
  one.release();
  assertEquals(one.buffer.length, 0);
  for (const octet of [3, 4, 5, 6]) {
    const octets = say(other, octet);
    assert(buffers.includes(octets.buffer));
    assertEquals(octets.subarray(9).every((each) => each === octet), true);
    if (octet === 4) other.release();
  }
});

Deno.test("What was written before a large buffer is taken goes along", () => {
  const writer = new FrameWriter();
  encodeData(writer, 1, new Uint8Array(65_536), false);
  writer.take();
  writer.release();
  encodeData(writer, 1, new Uint8Array(2_000).fill(1), false);
  encodeData(writer, 1, new Uint8Array(30_000).fill(2), false);
  const octets = writer.take();
  assertEquals(octets.length, 32_018);
  assertEquals(octets.buffer.byteLength, 131_072);
  assertEquals([octets[9], octets[2_008], octets[2_018]], [1, 1, 2]);
});

Deno.test("Of large buffers eight are kept for all, and then one with each writer", () => {
  const writers = Array.from({ length: 12 }, () => new FrameWriter());
  for (const writer of writers) {
    for (let i = 0; i < 2; i++) {
      encodeData(writer, 1, new Uint8Array(65_536), false);
      writer.take();
    }
  }
  for (const writer of writers) writer.release();
  const kept = writers.map((writer) => writer.buffer.length);
  assertEquals(kept.slice(-4), [131_072, 131_072, 131_072, 131_072]);
  assertEquals(kept.filter((length) => length === 0).length >= 4, true);
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
