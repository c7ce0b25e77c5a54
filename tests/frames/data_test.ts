import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  decodeData,
  encodeData,
  ErrorCode,
  FrameType,
  type RawFrame,
} from "../../src/frames/mod.ts";
import { octets } from "../harness/octets.ts";
import {
  assertConnectionError,
  assertRefused,
  assertWire,
  BAD_STREAM_IDS,
  read,
  TOO_LONG,
} from "./support.ts";

Deno.test("DATA has the layout of RFC 9113 section 6.1", () => {
  assertWire(
    (writer) => encodeData(writer, 1, octets("68 69"), false),
    "000002 00 00 00000001 6869",
    {
      type: FrameType.DATA,
      streamId: 1,
      endStream: false,
      data: octets("68 69"),
      flowControlledLength: 2,
    },
  );
});

Deno.test("DATA with END_STREAM on the last stream there can be", () => {
  assertWire(
    (writer) => encodeData(writer, 0x7fff_ffff, octets("00"), true),
    "000001 00 01 7fffffff 00",
    {
      type: FrameType.DATA,
      streamId: 0x7fff_ffff,
      endStream: true,
      data: octets("00"),
      flowControlledLength: 1,
    },
  );
});

Deno.test("DATA may be empty", () => {
  assertWire(
    (writer) => encodeData(writer, 3, new Uint8Array(0), true),
    "000000 00 01 00000003",
    {
      type: FrameType.DATA,
      streamId: 3,
      endStream: true,
      data: new Uint8Array(0),
      flowControlledLength: 0,
    },
  );
});

Deno.test("DATA of 16,384 octets passes", () => {
  const data = Uint8Array.from({ length: 16_384 }, (_, i) => i);
  assertWire(
    (writer) => encodeData(writer, 1, data, false),
    "004000 00 00 00000001" +
      Array.from(data, (octet) => octet.toString(16).padStart(2, "0")).join(""),
    {
      type: FrameType.DATA,
      streamId: 1,
      endStream: false,
      data,
      flowControlledLength: 16_384,
    },
  );
});

Deno.test("Padding of DATA is cut off and counts for flow control", () => {
  assertEquals(read("000006 00 08 00000001 03 6869 000000"), {
    type: FrameType.DATA,
    streamId: 1,
    endStream: false,
    data: octets("68 69"),
    flowControlledLength: 6,
  });
});

Deno.test("DATA may be all padding", () => {
  for (
    const [digits, length] of [
      ["000001 00 08 00000001 00", 1],
      ["000003 00 08 00000001 02 0000", 3],
      [`000100 00 08 00000001 ff ${"00".repeat(255)}`, 256],
    ] as const
  ) {
    assertEquals(read(digits), {
      type: FrameType.DATA,
      streamId: 1,
      endStream: false,
      data: new Uint8Array(0),
      flowControlledLength: length,
    });
  }
});

Deno.test("DATA ignores unknown flags and the reserved bit", () => {
  assertEquals(
    read("000001 00 f7 80000001 41"),
    read("000001 00 01 00000001 41"),
  );
});

Deno.test("DATA on stream 0 is a connection error", () => {
  for (const digits of ["000000 00 01 00000000", "000000 00 01 80000000"]) {
    assertConnectionError(
      digits,
      ErrorCode.PROTOCOL_ERROR,
      "Received a DATA frame on stream 0, expected a stream identifier",
    );
  }
});

Deno.test("DATA with as much padding as payload is a connection error", () => {
  assertConnectionError(
    "000001 00 08 00000001 01",
    ErrorCode.PROTOCOL_ERROR,
    "Received a DATA frame with 1 octets of padding, expected at most 0",
  );
  assertConnectionError(
    "000003 00 08 00000001 03 0000",
    ErrorCode.PROTOCOL_ERROR,
    "Received a DATA frame with 3 octets of padding, expected at most 2",
  );
});

Deno.test("Padded DATA without a pad length is a connection error", () => {
  assertConnectionError(
    "000000 00 08 00000001",
    ErrorCode.FRAME_SIZE_ERROR,
    "Received a DATA frame of 0 octets, expected at least 1",
  );
});

Deno.test("encodeData refuses what does not fit", () => {
  for (const id of BAD_STREAM_IDS) {
    assertRefused(
      (writer) => encodeData(writer, id, new Uint8Array(1), false),
      "Cannot encode a stream identifier: expected an integer from 1 to 2147483647",
    );
  }
  assertRefused(
    (writer) => encodeData(writer, 1, TOO_LONG, false),
    "Cannot encode a payload length: expected an integer from 0 to 16777215, received 16777216",
  );
});

Deno.test("decodeData fills the frame that it is given", () => {
  const bytes = octets("0102");
  const raw: RawFrame = {
    length: 2,
    type: FrameType.DATA,
    flags: 1,
    streamId: 5,
    bytes,
    start: 0,
  };
  const into = decodeData({ ...raw, length: 0, flags: 0, streamId: 1 });
  const frame = decodeData(raw, into);
  assertStrictEquals(frame, into);
  assertEquals(frame, decodeData(raw));
  assertEquals([frame.streamId, frame.endStream], [5, true]);
});
