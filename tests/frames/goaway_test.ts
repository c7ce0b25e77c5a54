import { assertEquals } from "@std/assert";
import { encodeGoaway, ErrorCode, FrameType } from "../../src/frames/mod.ts";
import { ascii, octets } from "../harness/octets.ts";
import {
  assertConnectionError,
  assertRefused,
  assertWire,
  BAD_ERROR_CODES,
  read,
  TOO_LONG,
} from "./support.ts";

Deno.test("GOAWAY has the layout of RFC 9113 section 6.8", () => {
  assertWire(
    (writer) =>
      encodeGoaway(
        writer,
        5,
        ErrorCode.ENHANCE_YOUR_CALM,
        ascii("too_many_pings"),
      ),
    `000016 07 00 00000000 00000005 0000000b
     746f6f5f6d616e795f70696e6773`,
    {
      type: FrameType.GOAWAY,
      streamId: 0,
      lastStreamId: 5,
      errorCode: ErrorCode.ENHANCE_YOUR_CALM,
      debugData: ascii("too_many_pings"),
    },
  );
});

Deno.test("GOAWAY carries its extremes, and unknown codes as numbers", () => {
  for (
    const [id, code, digits] of [
      [0, 0, "00000000 00000000"],
      [0x7fff_ffff, 0xe, "7fffffff 0000000e"],
      [0x7fff_ffff, 0xffff_ffff, "7fffffff ffffffff"],
    ] as const
  ) {
    assertWire(
      (writer) => encodeGoaway(writer, id, code, new Uint8Array(0)),
      `000008 07 00 00000000 ${digits}`,
      {
        type: FrameType.GOAWAY,
        streamId: 0,
        lastStreamId: id,
        errorCode: code,
        debugData: new Uint8Array(0),
      },
    );
  }
});

Deno.test("GOAWAY ignores all flags and both reserved bits", () => {
  assertEquals(read("000009 07 ff 80000000 ffffffff 80000000 00"), {
    type: FrameType.GOAWAY,
    streamId: 0,
    lastStreamId: 0x7fff_ffff,
    errorCode: 0x8000_0000,
    debugData: octets("00"),
  });
});

Deno.test("GOAWAY on a stream is a connection error", () => {
  assertConnectionError(
    "000008 07 00 00000001 00000000 00000000",
    ErrorCode.PROTOCOL_ERROR,
    "Received a GOAWAY frame on stream 1, expected stream 0",
  );
});

Deno.test("GOAWAY of less than 8 octets is a connection error", () => {
  for (
    const [digits, length] of [
      ["000000 07 00 00000000", 0],
      ["000007 07 00 00000000 00000000 000000", 7],
    ] as const
  ) {
    assertConnectionError(
      digits,
      ErrorCode.FRAME_SIZE_ERROR,
      `Received a GOAWAY frame of ${length} octets, expected at least 8`,
    );
  }
});

Deno.test("encodeGoaway refuses what does not fit", () => {
  const nothing = new Uint8Array(0);
  for (const id of [-1, 0.5, NaN, 0x8000_0000]) {
    assertRefused(
      (writer) => encodeGoaway(writer, id, 0, nothing),
      "Cannot encode a last stream identifier: expected an integer from 0 to 2147483647",
    );
  }
  for (const code of BAD_ERROR_CODES) {
    assertRefused(
      (writer) => encodeGoaway(writer, 0, code, nothing),
      "Cannot encode an error code",
    );
  }
  assertRefused(
    (writer) => encodeGoaway(writer, 0, 0, TOO_LONG.subarray(0, 0xff_fff8)),
    "Cannot encode a payload length: expected an integer from 0 to 16777215, received 16777216",
  );
});
