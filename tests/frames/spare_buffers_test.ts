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
