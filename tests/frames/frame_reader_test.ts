import {
  assertEquals,
  assertLess,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ConnectionError,
  type DataFrame,
  encodeData,
  ErrorCode,
  FrameReader,
  FrameType,
  FrameWriter,
  type PingFrame,
  StreamError,
} from "../../src/frames/mod.ts";
import { readFrames } from "../harness/copied_frame.ts";
import { concat, octets } from "../harness/octets.ts";

const PING = octets("000008 06 00 00000000 0102030405060708");
const OVERSIZE = octets("004001 00 00 00000001");

/** Feeds octets one at a time; answers how many until something came of it. */
function feedSingly(reader: FrameReader, bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) {
    reader.feed(bytes.subarray(i, i + 1));
    try {
      if (reader.next() !== undefined) return i + 1;
    } catch {
      return i + 1;
    }
  }
  return Infinity;
}

Deno.test("A reader without octets has no frame", () => {
  const reader = new FrameReader();
  assertEquals(reader.next(), undefined);
  reader.feed(new Uint8Array(0));
  assertEquals(reader.next(), undefined);
});

Deno.test("A reader refuses a maximum frame size that no setting allows", () => {
  for (const size of [0, 16_383, 16_777_216, 16_384.5, NaN, Infinity]) {
    assertThrows(
      () => new FrameReader(size),
      RangeError,
      `expected a maximum frame size from 16384 to 16777215, received ${size}`,
    );
  }
});

Deno.test("A frame of the maximum size is read, one octet more is not", () => {
  for (const size of [16_384, 16_385, 20_000]) {
    const writer = new FrameWriter();
    encodeData(writer, 1, new Uint8Array(size), false);
    const [frame] = readFrames(new FrameReader(size), writer.take());
    assertEquals((frame as DataFrame).data.length, size);
    const reader = new FrameReader(size);
    encodeData(writer, 1, new Uint8Array(size + 1), false);
    reader.feed(writer.take());
    assertThrows(
      () => reader.next(),
      ConnectionError,
      `Received a DATA frame of ${size + 1} octets, expected at most ${size}`,
    );
  }
});

Deno.test("A frame that is too large is refused after its header", () => {
  for (let cut = 0; cut < 9; cut++) {
    const reader = new FrameReader();
    reader.feed(OVERSIZE.subarray(0, cut));
    assertEquals(reader.next(), undefined);
    reader.feed(OVERSIZE.subarray(cut));
    const error = assertThrows(() => reader.next(), ConnectionError);
    assertEquals(error.code, ErrorCode.FRAME_SIZE_ERROR);
  }
  assertEquals(feedSingly(new FrameReader(), OVERSIZE), 9);
});

Deno.test("A frame that is too large is refused whatever its type", () => {
  for (const type of ["01", "04", "06", "09", "0a", "ff"]) {
    const reader = new FrameReader();
    reader.feed(octets(`ffffff ${type} 00 00000000`));
    const error = assertThrows(() => reader.next(), ConnectionError);
    assertEquals(error.code, ErrorCode.FRAME_SIZE_ERROR);
  }
});

Deno.test("A frame is ready with its last octet", () => {
  assertEquals(feedSingly(new FrameReader(), PING), PING.length);
  const ack = octets("000000 04 01 00000000");
  assertEquals(feedSingly(new FrameReader(), ack), ack.length);
});

Deno.test("Frames of one slice come in order, then undefined for good", () => {
  const reader = new FrameReader();
  const ack = octets("000008 06 01 00000000 0000000000000000");
  reader.feed(concat(PING, ack));
  assertEquals((reader.next() as PingFrame).ack, false);
  assertEquals((reader.next() as PingFrame).ack, true);
  assertEquals(reader.next(), undefined);
  assertEquals(reader.next(), undefined);
});

Deno.test("Octets cannot be fed while frames are unread", () => {
  const reader = new FrameReader();
  reader.feed(concat(PING, PING));
  reader.next();
  assertThrows(
    () => reader.feed(PING),
    TypeError,
    "frames of the slice before are unread, call next() until it returns undefined",
  );
  assertEquals(reader.next()?.type, FrameType.PING);
  assertEquals(reader.next(), undefined);
  reader.feed(PING);
  assertEquals(reader.next()?.type, FrameType.PING);
});

Deno.test("A view lies in the slice, without a copy", () => {
  const reader = new FrameReader();
  const slice = octets("000002 00 00 00000001 6162");
  reader.feed(slice);
  const frame = reader.next() as DataFrame;
  assertStrictEquals(frame.data.buffer, slice.buffer);
  slice[9] = 0x7a;
  assertEquals(frame.data, octets("7a62"));
});

Deno.test("A slice may be filled anew once next() has returned undefined", () => {
  const reader = new FrameReader();
  const slice = new Uint8Array(11);
  const bytes = octets("000004 00 00 00000001 61626364 000000 04 01 00000000");
  slice.set(bytes.subarray(0, 11));
  reader.feed(slice);
  assertEquals(reader.next(), undefined);
  slice.fill(0xff);
  slice.set(bytes.subarray(11, 22));
  reader.feed(slice);
  assertEquals((reader.next() as DataFrame).data, octets("61626364"));
});

Deno.test("DATA, PING and WINDOW_UPDATE frames are reused", () => {
  for (
    const digits of [
      "000001 00 00 00000001 61",
      "000008 06 00 00000000 0102030405060708",
      "000004 08 00 00000000 00000001",
    ]
  ) {
    const reader = new FrameReader();
    const slice = octets(digits);
    reader.feed(concat(slice, slice));
    assertStrictEquals(reader.next(), reader.next());
  }
});

Deno.test("After a stream error reading goes on with the next frame", () => {
  const bad = octets("000004 08 00 00000003 00000000");
  for (let cut = 0; cut <= bad.length; cut++) {
    const reader = new FrameReader();
    reader.feed(bad.subarray(0, cut));
    if (cut < bad.length) assertEquals(reader.next(), undefined);
    if (cut < bad.length) reader.feed(concat(bad.subarray(cut), PING));
    assertThrows(() => reader.next(), StreamError);
    if (cut === bad.length) reader.feed(PING);
    assertEquals(reader.next()?.type, FrameType.PING);
    assertEquals(reader.next(), undefined);
  }
});

Deno.test("After a connection error nothing is read any more", () => {
  const malformed = octets("000007 06 00 00000000 00000000000000");
  for (const bad of [malformed, OVERSIZE]) {
    const reader = new FrameReader();
    reader.feed(concat(bad, PING));
    const error = assertThrows(() => reader.next(), ConnectionError);
    assertStrictEquals(assertThrows(() => reader.next()), error);
    reader.feed(PING);
    assertStrictEquals(assertThrows(() => reader.next()), error);
  }
});

Deno.test("A large frame that is announced and not sent costs little", () => {
  const header = octets("004000 00 00 00000001");
  const before = Deno.memoryUsage().external;
  const readers = Array.from({ length: 1_000 }, () => {
    const reader = new FrameReader();
    reader.feed(header);
    assertEquals(reader.next(), undefined);
    return reader;
  });
  const grown = Deno.memoryUsage().external - before;
  assertLess(grown / readers.length, 1_024);
});
