import {
  assertEquals,
  assertLessOrEqual,
  assertNotStrictEquals,
  assertStrictEquals,
} from "@std/assert";
import {
  encodeData,
  FrameReader,
  FrameType,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { HeldFrame } from "../../src/frames/held_frame.ts";

/** A DATA frame of 16 KiB, the largest that peers send by default. */
function usualFrame(octet: number): Uint8Array {
  const writer = new FrameWriter();
  encodeData(writer, 1, new Uint8Array(16_384).fill(octet), false);
  return writer.take();
}

/** Reads what is there, and answers with what the data are filled with. */
function readData(reader: FrameReader, octets: Uint8Array): number[] {
  const data: Uint8Array[] = [];
  reader.feed(octets);
  for (let frame = reader.next(); frame; frame = reader.next()) {
    if (frame.type === FrameType.DATA) data.push(frame.data);
  }
  return data.map((each) => {
    assertEquals(each.every((octet) => octet === each[0]), true);
    assertEquals(each.length, 16_384);
    return each[0];
  });
}

Deno.test("At most four times of what has come of a frame is held, and no more than a frame", () => {
  for (const step of [1, 100, 5_000]) {
    const held = new HeldFrame();
    while (held.length < 16_393) {
      const count = Math.min(step, 16_393 - held.length);
      held.push(new Uint8Array(count));
      const most = Math.max(32, 4 * held.length + 9);
      assertLessOrEqual(held.octets.length, Math.min(most, 16_393));
    }
  }
});

Deno.test("Data that were held stay as they are until octets are fed again, whatever else is held", () => {
  const readers = [new FrameReader(), new FrameReader(), new FrameReader()];
  const frames = [1, 2, 3, 4].map(usualFrame);
  const stream = frames.flatMap((frame) => [...frame]);
  const cuts = [10_000, 26_000, 40_000, stream.length];
  let start = 0;
  const seen = readers.map((): number[] => []);
  for (const end of cuts) {
    const octets = Uint8Array.from(stream.slice(start, end));
    readers.forEach((reader, i) => seen[i].push(...readData(reader, octets)));
    start = end;
  }
  assertEquals(seen, readers.map(() => [1, 2, 3, 4]));
});

Deno.test("While data flow, frames are held in the same buffers", () => {
  const held = new HeldFrame();
  held.push(new Uint8Array(16_393));
  const first = held.take();
  held.push(new Uint8Array(5_000));
  assertNotStrictEquals(held.octets, first);
  held.reuse();
  held.push(new Uint8Array(11_393));
  held.take();
  held.push(new Uint8Array(4_096));
  assertStrictEquals(held.octets, first);
});

Deno.test("What was taken is given back once", () => {
  const held = new HeldFrame();
  held.push(new Uint8Array(16_393));
  held.take();
  held.reuse();
  held.reuse();
  const others = [new HeldFrame(), new HeldFrame()];
  for (const other of others) other.push(new Uint8Array(4_096));
  assertNotStrictEquals(others[0].octets, others[1].octets);
});
