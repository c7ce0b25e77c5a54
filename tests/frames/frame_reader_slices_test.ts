import { assertEquals } from "@std/assert";
import {
  encodeContinuation,
  encodeData,
  encodeFrame,
  encodeGoaway,
  encodeHeaders,
  encodePing,
  encodePriority,
  encodePushPromise,
  encodeRstStream,
  encodeSettings,
  encodeSettingsAck,
  encodeWindowUpdate,
  type Frame,
  FrameReader,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { readFrames } from "../harness/copied_frame.ts";
import { ascii, octets } from "../harness/octets.ts";
import { withSeed } from "../harness/seed.ts";

/** Every type of frame, with and without payload. */
function sequence(): Uint8Array {
  const writer = new FrameWriter();
  encodeSettings(writer, [[3, 100], [4, 65_535]]);
  encodeSettingsAck(writer);
  encodeHeaders(writer, 1, octets("828684"), false, false);
  encodeContinuation(writer, 1, octets("41"), true);
  encodeData(writer, 1, ascii("a message"), false);
  encodeData(writer, 1, new Uint8Array(0), true);
  encodeFrame(writer, 0, 0x09, 3, octets("02 6869 0000"));
  encodePriority(writer, 5, 3, 15, true);
  encodeRstStream(writer, 3, 8);
  encodePushPromise(writer, 1, 2, octets("82"), true);
  encodePing(writer, false, octets("0102030405060708"));
  encodeFrame(writer, 0xfa, 0x12, 7, ascii("extension"));
  encodeWindowUpdate(writer, 0, 0x7fff_ffff);
  encodeGoaway(writer, 1, 0xb, ascii("too_many_pings"));
  return writer.take();
}

const SEQUENCE = sequence();
const FRAMES = readFrames(new FrameReader(), SEQUENCE);

/** Reads slices that are wiped as soon as the reader is done with them. */
function readSlices(slices: Iterable<Uint8Array>): Frame[] {
  const reader = new FrameReader();
  const frames: Frame[] = [];
  for (const slice of slices) {
    const borrowed = slice.slice();
    frames.push(...readFrames(reader, borrowed));
    borrowed.fill(0xff);
  }
  return frames;
}

Deno.test("The sequence holds every type of frame", () => {
  const types = new Set(FRAMES.map((frame) => frame.type));
  assertEquals(FRAMES.length, 14);
  assertEquals(types.size, 11);
});

Deno.test("Frames are the same wherever their octets are cut in two", () => {
  for (let cut = 0; cut <= SEQUENCE.length; cut++) {
    assertEquals(
      readSlices([SEQUENCE.subarray(0, cut), SEQUENCE.subarray(cut)]),
      FRAMES,
      `Cut at octet ${cut}`,
    );
  }
});

Deno.test("Frames are the same when octets come one at a time", () => {
  assertEquals(
    readSlices(Array.from(SEQUENCE, (octet) => Uint8Array.of(octet))),
    FRAMES,
  );
});

Deno.test(
  "Frames are the same in any slices",
  withSeed((random) => {
    for (let i = 0; i < 500; i++) {
      const slices: Uint8Array[] = [];
      const most = random.pick([2, 10, 40, SEQUENCE.length]);
      for (let at = 0; at < SEQUENCE.length;) {
        const end = at + random.below(most + 1);
        slices.push(SEQUENCE.subarray(at, end));
        at = end;
      }
      assertEquals(readSlices(slices), FRAMES);
    }
  }),
);

Deno.test("A large frame in small slices is joined as it came", () => {
  const data = Uint8Array.from({ length: 16_384 }, (_, i) => i * 7);
  const writer = new FrameWriter();
  encodeData(writer, 1, data, true);
  encodePing(writer, true, new Uint8Array(8));
  const bytes = writer.take();
  const slices: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 1_000) {
    slices.push(bytes.subarray(at, at + 1_000));
  }
  assertEquals(readSlices(slices), readFrames(new FrameReader(), bytes));
});
