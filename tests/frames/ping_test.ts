import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  decodePing,
  encodePing,
  ErrorCode,
  FrameType,
} from "../../src/frames/mod.ts";
import { octets } from "../harness/octets.ts";
import {
  assertConnectionError,
  assertRefused,
  assertWire,
  read,
} from "./support.ts";

const PAYLOAD = octets("01 02 03 04 fc fd fe ff");

Deno.test("PING has the layout of RFC 9113 section 6.7", () => {
  for (const [ack, flags] of [[false, "00"], [true, "01"]] as const) {
    assertWire(
      (writer) => encodePing(writer, ack, PAYLOAD),
      `000008 06 ${flags} 00000000 01020304fcfdfeff`,
      { type: FrameType.PING, streamId: 0, ack, opaqueData: PAYLOAD },
    );
  }
});

Deno.test("PING ignores unknown flags and the reserved bit", () => {
  for (const [flags, ack] of [["fe", false], ["ff", true]] as const) {
    assertEquals(
      read(`000008 06 ${flags} 80000000 01020304fcfdfeff`),
      { type: FrameType.PING, streamId: 0, ack, opaqueData: PAYLOAD },
    );
  }
});

Deno.test("PING on a stream is a connection error", () => {
  for (const flags of ["00", "01"]) {
    assertConnectionError(
      `000008 06 ${flags} 00000001 0000000000000000`,
      ErrorCode.PROTOCOL_ERROR,
      "Received a PING frame on stream 1, expected stream 0",
    );
  }
});

Deno.test("PING of another length than 8 is a connection error", () => {
  for (
    const [digits, length] of [
      ["000000 06 00 00000000", 0],
      ["000007 06 00 00000000 00000000000000", 7],
      ["000009 06 01 00000000 000000000000000000", 9],
    ] as const
  ) {
    assertConnectionError(
      digits,
      ErrorCode.FRAME_SIZE_ERROR,
      `Received a PING frame of ${length} octets, expected 8`,
    );
  }
});

Deno.test("encodePing refuses opaque data of another length than 8", () => {
  for (const length of [0, 7, 9]) {
    assertRefused(
      (writer) => encodePing(writer, false, new Uint8Array(length)),
      `Cannot encode opaque data of length: expected an integer from 8 to 8, received ${length}`,
    );
  }
});

Deno.test("decodePing fills the frame that it is given", () => {
  const raw = {
    length: 8,
    type: FrameType.PING,
    flags: 1,
    streamId: 0,
    bytes: octets("ffff 0102030405060708"),
    start: 2,
  };
  const into = decodePing({ ...raw, flags: 0, start: 0 });
  const frame = decodePing(raw, into);
  assertStrictEquals(frame, into);
  assertEquals(frame, {
    type: FrameType.PING,
    streamId: 0,
    ack: true,
    opaqueData: octets("0102030405060708"),
  });
});
