import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  decodeWindowUpdate,
  encodeWindowUpdate,
  ErrorCode,
  FrameType,
} from "../../src/frames/mod.ts";
import { octets } from "../harness/octets.ts";
import {
  assertConnectionError,
  assertRefused,
  assertStreamError,
  assertWire,
  read,
} from "./support.ts";

Deno.test("WINDOW_UPDATE has the layout of RFC 9113 section 6.9", () => {
  for (
    const [streamId, increment, digits] of [
      [0, 1, "00000000 00000001"],
      [0, 0x7fff_ffff, "00000000 7fffffff"],
      [1, 65_535, "00000001 0000ffff"],
      [0x7fff_ffff, 0x7fff_ffff, "7fffffff 7fffffff"],
    ] as const
  ) {
    assertWire(
      (writer) => encodeWindowUpdate(writer, streamId, increment),
      `000004 08 00 ${digits}`,
      {
        type: FrameType.WINDOW_UPDATE,
        streamId,
        windowSizeIncrement: increment,
      },
    );
  }
});

Deno.test("WINDOW_UPDATE ignores all flags and both reserved bits", () => {
  assertEquals(
    read("000004 08 ff 80000001 80000007"),
    read("000004 08 00 00000001 00000007"),
  );
});

Deno.test("WINDOW_UPDATE of another length than 4 is a connection error", () => {
  for (
    const [digits, length] of [
      ["000000 08 00 00000001", 0],
      ["000003 08 00 00000001 000001", 3],
      ["000005 08 00 00000000 0000000100", 5],
    ] as const
  ) {
    assertConnectionError(
      digits,
      ErrorCode.FRAME_SIZE_ERROR,
      `Received a WINDOW_UPDATE frame of ${length} octets, expected 4`,
    );
  }
});

Deno.test("An increment of 0 on a stream is a stream error", () => {
  for (const increment of ["00000000", "80000000"]) {
    assertStreamError(
      `000004 08 00 00000003 ${increment}`,
      3,
      ErrorCode.PROTOCOL_ERROR,
      "Received a WINDOW_UPDATE frame on stream 3 with an increment of 0, expected at least 1",
    );
  }
});

Deno.test("An increment of 0 on the connection is a connection error", () => {
  for (const increment of ["00000000", "80000000"]) {
    assertConnectionError(
      `000004 08 00 00000000 ${increment}`,
      ErrorCode.PROTOCOL_ERROR,
      "on stream 0 with an increment of 0",
    );
  }
});

Deno.test("encodeWindowUpdate refuses what does not fit", () => {
  for (const id of [-1, 0.5, NaN, 0x8000_0000]) {
    assertRefused(
      (writer) => encodeWindowUpdate(writer, id, 1),
      "Cannot encode a stream identifier: expected an integer from 0 to 2147483647",
    );
  }
  for (const increment of [0, -1, 0.5, NaN, 0x8000_0000]) {
    assertRefused(
      (writer) => encodeWindowUpdate(writer, 0, increment),
      "Cannot encode a window size increment: expected an integer from 1 to 2147483647",
    );
  }
});

Deno.test("decodeWindowUpdate fills the frame that it is given", () => {
  const raw = {
    length: 4,
    type: FrameType.WINDOW_UPDATE,
    flags: 0,
    streamId: 9,
    bytes: octets("00000001 00000002"),
    start: 4,
  };
  const into = decodeWindowUpdate({ ...raw, streamId: 0, start: 0 });
  const frame = decodeWindowUpdate(raw, into);
  assertStrictEquals(frame, into);
  assertEquals([frame.streamId, frame.windowSizeIncrement], [9, 2]);
});
