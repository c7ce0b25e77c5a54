import { assertEquals } from "@std/assert";
import { encodeRstStream, ErrorCode, FrameType } from "../../src/frames/mod.ts";
import {
  assertConnectionError,
  assertRefused,
  assertWire,
  BAD_ERROR_CODES,
  BAD_STREAM_IDS,
  read,
} from "./support.ts";

Deno.test("RST_STREAM has the layout of RFC 9113 section 6.4", () => {
  assertWire(
    (writer) => encodeRstStream(writer, 1, ErrorCode.CANCEL),
    "000004 03 00 00000001 00000008",
    { type: FrameType.RST_STREAM, streamId: 1, errorCode: 8 },
  );
});

Deno.test("RST_STREAM keeps unknown error codes as numbers", () => {
  for (
    const [code, digits] of [
      [0x0000_000e, "0000000e"],
      [0x8000_0000, "80000000"],
      [0xffff_ffff, "ffffffff"],
    ] as const
  ) {
    assertWire(
      (writer) => encodeRstStream(writer, 0x7fff_ffff, code),
      `000004 03 00 7fffffff ${digits}`,
      { type: FrameType.RST_STREAM, streamId: 0x7fff_ffff, errorCode: code },
    );
  }
});

Deno.test("RST_STREAM ignores all flags and the reserved bit", () => {
  assertEquals(
    read("000004 03 ff 80000001 00000008"),
    read("000004 03 00 00000001 00000008"),
  );
});

Deno.test("RST_STREAM on stream 0 is a connection error", () => {
  assertConnectionError(
    "000004 03 00 00000000 00000008",
    ErrorCode.PROTOCOL_ERROR,
    "Received a RST_STREAM frame on stream 0, expected a stream identifier",
  );
});

Deno.test("RST_STREAM of another length than 4 is a connection error", () => {
  for (
    const [digits, length] of [
      ["000000 03 00 00000001", 0],
      ["000003 03 00 00000001 000000", 3],
      ["000005 03 00 00000001 0000000800", 5],
    ] as const
  ) {
    assertConnectionError(
      digits,
      ErrorCode.FRAME_SIZE_ERROR,
      `Received a RST_STREAM frame of ${length} octets, expected 4`,
    );
  }
});

Deno.test("encodeRstStream refuses what does not fit", () => {
  for (const id of BAD_STREAM_IDS) {
    assertRefused(
      (writer) => encodeRstStream(writer, id, 0),
      "Cannot encode a stream identifier",
    );
  }
  for (const code of BAD_ERROR_CODES) {
    assertRefused(
      (writer) => encodeRstStream(writer, 1, code),
      "Cannot encode an error code: expected an integer from 0 to 4294967295",
    );
  }
});
