import { assertEquals } from "@std/assert";
import { encodeHeaders, ErrorCode, FrameType } from "../../src/frames/mod.ts";
import { octets } from "../harness/octets.ts";
import {
  assertConnectionError,
  assertRefused,
  assertWire,
  BAD_STREAM_IDS,
  read,
  TOO_LONG,
} from "./support.ts";

const HEADERS = {
  type: FrameType.HEADERS,
  streamId: 1,
  endStream: false,
  endHeaders: true,
  fragment: octets("82 86"),
} as const;

Deno.test("HEADERS has the layout of RFC 9113 section 6.2", () => {
  assertWire(
    (writer) => encodeHeaders(writer, 1, octets("82 86"), false, true),
    "000002 01 04 00000001 8286",
    HEADERS,
  );
});

Deno.test("HEADERS carries END_STREAM and END_HEADERS in every mixture", () => {
  for (
    const [endStream, endHeaders, flags] of [
      [false, false, "00"],
      [true, false, "01"],
      [false, true, "04"],
      [true, true, "05"],
    ] as const
  ) {
    assertWire(
      (writer) =>
        encodeHeaders(
          writer,
          0x7fff_ffff,
          octets("82 86"),
          endStream,
          endHeaders,
        ),
      `000002 01 ${flags} 7fffffff 8286`,
      { ...HEADERS, streamId: 0x7fff_ffff, endStream, endHeaders },
    );
  }
});

Deno.test("HEADERS may carry an empty fragment", () => {
  assertWire(
    (writer) => encodeHeaders(writer, 1, new Uint8Array(0), false, true),
    "000000 01 04 00000001",
    { ...HEADERS, fragment: new Uint8Array(0) },
  );
});

const PRIORITY = { exclusive: true, streamDependency: 3, weight: 15 };

Deno.test("Padding of HEADERS is cut off, and priority fields are told", () => {
  for (
    const [digits, frame] of [
      ["000005 01 0c 00000001 02 8286 0000", HEADERS],
      ["000007 01 24 00000001 80000003 0f 8286", {
        ...HEADERS,
        priority: PRIORITY,
      }],
      ["000009 01 2c 00000001 01 80000003 0f 8286 00", {
        ...HEADERS,
        priority: PRIORITY,
      }],
    ] as const
  ) assertEquals(read(digits), frame);
});

Deno.test("Padding and priority fields of HEADERS may leave no fragment", () => {
  for (
    const digits of [
      "000001 01 0c 00000001 00",
      "000003 01 0c 00000001 02 0000",
      "000005 01 24 00000001 00000000 00",
      "000008 01 2c 00000001 02 00000000 00 0000",
    ]
  ) {
    const frame = read(digits);
    assertEquals("fragment" in frame && frame.fragment.length, 0);
  }
});

Deno.test("HEADERS ignores unknown flags and the reserved bit", () => {
  assertEquals(read("000002 01 d6 80000001 8286"), HEADERS);
});

Deno.test("HEADERS on stream 0 is a connection error", () => {
  assertConnectionError(
    "000001 01 04 00000000 82",
    ErrorCode.PROTOCOL_ERROR,
    "Received a HEADERS frame on stream 0, expected a stream identifier",
  );
});

Deno.test("HEADERS with more padding than room is a connection error", () => {
  assertConnectionError(
    "000001 01 0c 00000001 01",
    ErrorCode.PROTOCOL_ERROR,
    "Received a HEADERS frame with 1 octets of padding, expected at most 0",
  );
  assertConnectionError(
    "000007 01 2c 00000001 02 00000000 00 00",
    ErrorCode.PROTOCOL_ERROR,
    "Received a HEADERS frame with 2 octets of padding, expected at most 1",
  );
});

Deno.test("HEADERS that lacks announced fields is a connection error", () => {
  for (
    const [digits, least] of [
      ["000000 01 0c 00000001", 1],
      ["000004 01 24 00000001 00000000", 5],
      ["000005 01 2c 00000001 00 00000000", 6],
    ] as const
  ) {
    assertConnectionError(
      digits,
      ErrorCode.FRAME_SIZE_ERROR,
      `expected at least ${least}`,
    );
  }
});

Deno.test("encodeHeaders refuses what does not fit", () => {
  for (const id of BAD_STREAM_IDS) {
    assertRefused(
      (writer) => encodeHeaders(writer, id, new Uint8Array(1), false, true),
      "Cannot encode a stream identifier",
    );
  }
  assertRefused(
    (writer) => encodeHeaders(writer, 1, TOO_LONG, false, true),
    "Cannot encode a payload length",
  );
});
