import { assertEquals } from "@std/assert";
import { encodePriority, ErrorCode, FrameType } from "../../src/frames/mod.ts";
import {
  assertConnectionError,
  assertRefused,
  assertStreamError,
  assertWire,
  BAD_STREAM_IDS,
  read,
} from "./support.ts";

Deno.test("PRIORITY has the layout of RFC 9113 section 6.3", () => {
  assertWire(
    (writer) => encodePriority(writer, 3, 1, 15, false),
    "000005 02 00 00000003 00000001 0f",
    {
      type: FrameType.PRIORITY,
      streamId: 3,
      exclusive: false,
      streamDependency: 1,
      weight: 15,
    },
  );
});

Deno.test("PRIORITY carries its extremes", () => {
  assertWire(
    (writer) => encodePriority(writer, 0x7fff_ffff, 0x7fff_fffe, 255, true),
    "000005 02 00 7fffffff fffffffe ff",
    {
      type: FrameType.PRIORITY,
      streamId: 0x7fff_ffff,
      exclusive: true,
      streamDependency: 0x7fff_fffe,
      weight: 255,
    },
  );
  assertWire(
    (writer) => encodePriority(writer, 1, 0, 0, true),
    "000005 02 00 00000001 80000000 00",
    {
      type: FrameType.PRIORITY,
      streamId: 1,
      exclusive: true,
      streamDependency: 0,
      weight: 0,
    },
  );
});

Deno.test("PRIORITY ignores all flags and the reserved bit", () => {
  assertEquals(
    read("000005 02 ff 80000003 00000001 0f"),
    read("000005 02 00 00000003 00000001 0f"),
  );
});

Deno.test("PRIORITY on stream 0 is a connection error", () => {
  for (
    const digits of [
      "000005 02 00 00000000 00000001 0f",
      "000004 02 00 00000000 00000001",
    ]
  ) {
    assertConnectionError(
      digits,
      ErrorCode.PROTOCOL_ERROR,
      "Received a PRIORITY frame on stream 0, expected a stream identifier",
    );
  }
});

Deno.test("PRIORITY of another length than 5 is a stream error", () => {
  for (
    const [digits, length] of [
      ["000000 02 00 00000007", 0],
      ["000004 02 00 00000007 00000001", 4],
      ["000006 02 00 00000007 00000001 0f00", 6],
    ] as const
  ) {
    assertStreamError(
      digits,
      7,
      ErrorCode.FRAME_SIZE_ERROR,
      `Received a PRIORITY frame of ${length} octets, expected 5`,
    );
  }
});

Deno.test("PRIORITY of a stream that depends on itself is a stream error (RFC 7540 section 5.3.1)", () => {
  for (const dependency of ["00000003", "80000003"]) {
    assertStreamError(
      `000005 02 00 00000003 ${dependency} 0f`,
      3,
      ErrorCode.PROTOCOL_ERROR,
      "Received a PRIORITY frame that makes stream 3 depend on itself",
    );
  }
});

Deno.test("encodePriority refuses what does not fit", () => {
  for (const id of BAD_STREAM_IDS) {
    assertRefused(
      (writer) => encodePriority(writer, id, 0, 0, false),
      "Cannot encode a stream identifier",
    );
  }
  for (const dependency of [-1, 0.5, NaN, 0x8000_0000]) {
    assertRefused(
      (writer) => encodePriority(writer, 1, dependency, 0, false),
      "Cannot encode a stream dependency: expected an integer from 0 to 2147483647",
    );
  }
  for (const weight of [-1, 0.5, NaN, 256]) {
    assertRefused(
      (writer) => encodePriority(writer, 1, 0, weight, false),
      "Cannot encode a weight: expected an integer from 0 to 255",
    );
  }
});
