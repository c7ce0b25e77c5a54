import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import {
  ConnectionError,
  encodeFrame,
  FrameReader,
  FrameWriter,
  StreamError,
} from "../../src/frames/mod.ts";
import { concat, hex } from "../harness/octets.ts";
import { type Random, withSeed } from "../harness/seed.ts";

/** Reads all that can be read; answers what was found. */
function exhaust(reader: FrameReader, bytes: Uint8Array): number {
  let found = 0;
  for (;;) {
    try {
      if (reader.next() === undefined) return found;
    } catch (error) {
      if (error instanceof ConnectionError) return found;
      assert(error instanceof StreamError, `${hex(bytes)} threw ${error}`);
    }
    found++;
    assertLessOrEqual(found * 9, bytes.length, `${hex(bytes)} has no end`);
  }
}

/** Octets that look like a frame: a type and a length that are plausible. */
function almostFrame(random: Random): Uint8Array {
  const length = random.pick([0, 1, 4, 5, 6, 7, 8, 9, 12, 20]);
  const writer = new FrameWriter();
  encodeFrame(
    writer,
    random.below(12),
    random.below(0x100),
    random.pick([0, 0, 1, 2, 3, 0x7fff_ffff]),
    random.octets(length),
  );
  return writer.take();
}

Deno.test(
  "Random octets are frames, or typed errors",
  withSeed((random) => {
    for (let i = 0; i < 20_000; i++) {
      const reader = new FrameReader();
      const bytes = random.octets(random.below(64));
      if (random.oneIn(2)) bytes.fill(0, 0, 2);
      reader.feed(bytes);
      exhaust(reader, bytes);
    }
  }),
);

Deno.test(
  "Frames of random content are frames, or typed errors",
  withSeed((random) => {
    for (let i = 0; i < 20_000; i++) {
      const reader = new FrameReader();
      const bytes = concat(almostFrame(random), almostFrame(random));
      reader.feed(bytes);
      exhaust(reader, bytes);
    }
  }),
);

Deno.test(
  "What random octets mean does not depend on how they are cut",
  withSeed((random) => {
    for (let i = 0; i < 5_000; i++) {
      const bytes = concat(
        almostFrame(random),
        almostFrame(random),
        almostFrame(random),
      );
      const whole = new FrameReader();
      whole.feed(bytes);
      const expected = exhaust(whole, bytes);
      const cut = random.below(bytes.length + 1);
      const halves = new FrameReader();
      let found = 0;
      for (const slice of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
        halves.feed(slice);
        found += exhaust(halves, bytes);
      }
      assertEquals(found, expected, `${hex(bytes)} cut at ${cut}`);
    }
  }),
);
