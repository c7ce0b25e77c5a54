import {
  assertEquals,
  assertLess,
  assertLessOrEqual,
  assertStrictEquals,
} from "@std/assert";
import {
  encodeData,
  encodePing,
  FrameReader,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { readFrames } from "../harness/copied_frame.ts";
import { hex } from "../harness/octets.ts";

function ping(writer: FrameWriter, octet: number): void {
  encodePing(writer, false, new Uint8Array(8).fill(octet));
}

Deno.test("A fresh writer is empty and holds no buffer", () => {
  const writer = new FrameWriter();
  assertEquals(writer.length, 0);
  assertEquals(writer.buffer.length, 0);
  assertEquals(writer.take().length, 0);
});

Deno.test("Frames are taken in the order in which they were written", () => {
  const writer = new FrameWriter();
  ping(writer, 1);
  ping(writer, 2);
  assertEquals(writer.length, 34);
  assertEquals(
    hex(writer.take()),
    `000008060000000000${"01".repeat(8)}000008060000000000${"02".repeat(8)}`,
  );
  assertEquals(writer.length, 0);
  assertEquals(writer.take().length, 0);
});

Deno.test("The buffer grows around what it holds", () => {
  const writer = new FrameWriter();
  for (let i = 0; i < 1_000; i++) ping(writer, i);
  const frames = readFrames(new FrameReader(), writer.take());
  assertEquals(frames.length, 1_000);
  for (const [i, frame] of frames.entries()) {
    assertEquals(
      "opaqueData" in frame && frame.opaqueData,
      new Uint8Array(8).fill(i),
    );
  }
});

Deno.test("The buffer grows at once for one large frame", () => {
  const writer = new FrameWriter();
  const data = Uint8Array.from({ length: 100_000 }, (_, i) => i);
  ping(writer, 1);
  encodeData(writer, 1, data, false);
  assertEquals(writer.length, 17 + 9 + 100_000);
  assertEquals(writer.take().subarray(26), data);
});

Deno.test("The buffer grows in a number of steps that is logarithmic", () => {
  const writer = new FrameWriter();
  const buffers = new Set<Uint8Array>();
  for (let i = 0; i < 10_000; i++) {
    ping(writer, i);
    buffers.add(writer.buffer);
  }
  assertLess(buffers.size, 20);
});

Deno.test("What was taken stays intact until the next take", () => {
  const writer = new FrameWriter();
  for (let round = 0; round < 5; round++) {
    ping(writer, round);
    const taken = writer.take();
    const copy = taken.slice();
    for (let i = 0; i < 100; i++) ping(writer, 0xee);
    assertEquals(taken, copy, `Round ${round}`);
    writer.take();
  }
});

Deno.test("A take that finds nothing leaves what was taken before intact", () => {
  const writer = new FrameWriter();
  ping(writer, 1);
  const taken = writer.take();
  const copy = taken.slice();
  writer.take();
  ping(writer, 2);
  assertEquals(taken, copy);
});

Deno.test("In steady state two buffers alternate and none is allocated", () => {
  const writer = new FrameWriter();
  const buffers: ArrayBuffer[] = [];
  for (let i = 0; i < 6; i++) {
    ping(writer, i);
    buffers.push(writer.take().buffer);
  }
  assertEquals(new Set(buffers).size, 2);
  assertStrictEquals(buffers[0], buffers[2]);
  assertStrictEquals(buffers[1], buffers[3]);
});

Deno.test("An idle connection keeps buffers of a few PINGs only", () => {
  const writer = new FrameWriter();
  ping(writer, 1);
  assertLessOrEqual(writer.buffer.length, 64);
});

Deno.test("A buffer above 128 KiB is given back once it has been taken", () => {
  const writer = new FrameWriter();
  encodeData(writer, 1, new Uint8Array(131_072), false);
  const large = writer.take().buffer;
  for (let i = 0; i < 4; i++) {
    ping(writer, i);
    assertLess(writer.buffer.length, 65_536);
    assertEquals(writer.take().buffer === large, false);
  }
});

Deno.test("Buffers of a connection that has become calm are small again", () => {
  const writer = new FrameWriter();
  for (let i = 0; i < 2; i++) {
    encodeData(writer, 1, new Uint8Array(65_536), false);
    writer.take();
  }
  const sizes: number[] = [];
  for (let i = 0; i < 20; i++) {
    ping(writer, i);
    sizes.push(writer.take().buffer.byteLength);
  }
  assertEquals(sizes.slice(0, 17), Array(17).fill(131_072));
  assertEquals(sizes.slice(17), [64, 64, 64]);
});

Deno.test("A buffer of 128 KiB is kept", () => {
  const writer = new FrameWriter();
  encodeData(writer, 1, new Uint8Array(131_072 - 9), false);
  const kept = writer.take().buffer;
  ping(writer, 1);
  writer.take();
  ping(writer, 2);
  assertStrictEquals(writer.take().buffer, kept);
});
