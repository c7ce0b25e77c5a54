import { assertEquals } from "@std/assert";
import {
  encodePushPromise,
  ErrorCode,
  FrameType,
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

const PROMISE = {
  type: FrameType.PUSH_PROMISE,
  streamId: 1,
  endHeaders: true,
  promisedStreamId: 2,
  fragment: octets("82 86"),
} as const;

Deno.test("PUSH_PROMISE has the layout of RFC 9113 section 6.6", () => {
  assertWire(
    (writer) => encodePushPromise(writer, 1, 2, octets("82 86"), true),
    "000006 05 04 00000001 00000002 8286",
    PROMISE,
  );
});

Deno.test("PUSH_PROMISE carries its extremes", () => {
  assertWire(
    (writer) =>
      encodePushPromise(
        writer,
        0x7fff_ffff,
        0x7fff_ffff,
        new Uint8Array(0),
        false,
      ),
    "000004 05 00 7fffffff 7fffffff",
    {
      type: FrameType.PUSH_PROMISE,
      streamId: 0x7fff_ffff,
      endHeaders: false,
      promisedStreamId: 0x7fff_ffff,
      fragment: new Uint8Array(0),
    },
  );
});

Deno.test("Padding of PUSH_PROMISE is cut off", () => {
  assertEquals(
    read("000009 05 0c 00000001 02 00000002 8286 0000"),
    PROMISE,
  );
  assertEquals(
    read("000007 05 0c 00000001 02 00000002 0000"),
    { ...PROMISE, fragment: new Uint8Array(0) },
  );
});

Deno.test("PUSH_PROMISE ignores unknown flags and both reserved bits", () => {
  assertEquals(read("000006 05 f7 80000001 80000002 8286"), PROMISE);
});

Deno.test("PUSH_PROMISE on stream 0 is a connection error", () => {
  assertConnectionError(
    "000004 05 04 00000000 00000002",
    ErrorCode.PROTOCOL_ERROR,
    "Received a PUSH_PROMISE frame on stream 0, expected a stream identifier",
  );
});

Deno.test("PUSH_PROMISE that lacks fields is a connection error", () => {
  for (
    const [digits, least] of [
      ["000000 05 04 00000001", 4],
      ["000003 05 04 00000001 000000", 4],
      ["000004 05 0c 00000001 00000000", 5],
    ] as const
  ) {
    assertConnectionError(
      digits,
      ErrorCode.FRAME_SIZE_ERROR,
      `expected at least ${least}`,
    );
  }
});

Deno.test("PUSH_PROMISE with more padding than room is a connection error", () => {
  assertConnectionError(
    "000006 05 0c 00000001 02 00000002 00",
    ErrorCode.PROTOCOL_ERROR,
    "Received a PUSH_PROMISE frame with 2 octets of padding, expected at most 1",
  );
});

Deno.test("encodePushPromise refuses what does not fit", () => {
  for (const id of BAD_STREAM_IDS) {
    for (const [streamId, promised] of [[id, 2], [1, id]]) {
      assertRefused(
        (writer) =>
          encodePushPromise(
            writer,
            streamId,
            promised,
            new Uint8Array(0),
            true,
          ),
        "Cannot encode a stream identifier",
      );
    }
  }
  assertRefused(
    (writer) =>
      encodePushPromise(writer, 1, 2, TOO_LONG.subarray(0, 0xff_fffc), true),
    "Cannot encode a payload length: expected an integer from 0 to 16777215, received 16777216",
  );
});
