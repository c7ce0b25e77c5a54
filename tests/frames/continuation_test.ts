import { assertEquals } from "@std/assert";
import {
  encodeContinuation,
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

Deno.test("CONTINUATION has the layout of RFC 9113 section 6.10", () => {
  for (
    const [streamId, endHeaders, digits] of [
      [1, false, "000002 09 00 00000001 8286"],
      [0x7fff_ffff, true, "000002 09 04 7fffffff 8286"],
    ] as const
  ) {
    assertWire(
      (writer) =>
        encodeContinuation(writer, streamId, octets("82 86"), endHeaders),
      digits,
      {
        type: FrameType.CONTINUATION,
        streamId,
        endHeaders,
        fragment: octets("82 86"),
      },
    );
  }
});

Deno.test("CONTINUATION may carry an empty fragment", () => {
  assertWire(
    (writer) => encodeContinuation(writer, 1, new Uint8Array(0), true),
    "000000 09 04 00000001",
    {
      type: FrameType.CONTINUATION,
      streamId: 1,
      endHeaders: true,
      fragment: new Uint8Array(0),
    },
  );
});

Deno.test("CONTINUATION knows neither padding nor priority nor END_STREAM", () => {
  assertEquals(
    read("000002 09 ff 80000001 0186"),
    read("000002 09 04 00000001 0186"),
  );
});

Deno.test("CONTINUATION on stream 0 is a connection error", () => {
  assertConnectionError(
    "000001 09 04 00000000 82",
    ErrorCode.PROTOCOL_ERROR,
    "Received a CONTINUATION frame on stream 0, expected a stream identifier",
  );
});

Deno.test("encodeContinuation refuses what does not fit", () => {
  for (const id of BAD_STREAM_IDS) {
    assertRefused(
      (writer) => encodeContinuation(writer, id, new Uint8Array(1), true),
      "Cannot encode a stream identifier",
    );
  }
  assertRefused(
    (writer) => encodeContinuation(writer, 1, TOO_LONG, true),
    "Cannot encode a payload length",
  );
});
