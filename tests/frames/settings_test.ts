import { assertEquals } from "@std/assert";
import {
  encodeSettings,
  encodeSettingsAck,
  ErrorCode,
  FrameType,
  type Setting,
  SettingId,
} from "../../src/frames/mod.ts";
import {
  assertConnectionError,
  assertRefused,
  assertWire,
  read,
} from "./support.ts";

function settingsFrame(...settings: Setting[]) {
  return {
    type: FrameType.SETTINGS,
    streamId: 0,
    ack: false,
    settings,
  } as const;
}

Deno.test("SETTINGS has the layout of RFC 9113 section 6.5", () => {
  assertWire(
    (writer) =>
      encodeSettings(writer, [
        [SettingId.HEADER_TABLE_SIZE, 4_096],
        [SettingId.ENABLE_PUSH, 0],
        [SettingId.MAX_CONCURRENT_STREAMS, 100],
        [SettingId.INITIAL_WINDOW_SIZE, 65_535],
        [SettingId.MAX_FRAME_SIZE, 16_384],
        [SettingId.MAX_HEADER_LIST_SIZE, 8_192],
      ]),
    `000024 04 00 00000000
     0001 00001000  0002 00000000  0003 00000064
     0004 0000ffff  0005 00004000  0006 00002000`,
    settingsFrame(
      [1, 4_096],
      [2, 0],
      [3, 100],
      [4, 65_535],
      [5, 16_384],
      [6, 8_192],
    ),
  );
});

Deno.test("SETTINGS may be empty", () => {
  assertWire(
    (writer) => encodeSettings(writer, []),
    "000000 04 00 00000000",
    settingsFrame(),
  );
});

Deno.test("SETTINGS carries the extremes of each value", () => {
  const extremes: Setting[] = [
    [SettingId.HEADER_TABLE_SIZE, 0],
    [SettingId.HEADER_TABLE_SIZE, 0xffff_ffff],
    [SettingId.ENABLE_PUSH, 1],
    [SettingId.MAX_CONCURRENT_STREAMS, 0],
    [SettingId.MAX_CONCURRENT_STREAMS, 0xffff_ffff],
    [SettingId.INITIAL_WINDOW_SIZE, 0],
    [SettingId.INITIAL_WINDOW_SIZE, 0x7fff_ffff],
    [SettingId.MAX_FRAME_SIZE, 16_777_215],
    [SettingId.MAX_HEADER_LIST_SIZE, 0],
    [SettingId.MAX_HEADER_LIST_SIZE, 0xffff_ffff],
  ];
  assertWire(
    (writer) => encodeSettings(writer, extremes),
    `00003c 04 00 00000000
     0001 00000000  0001 ffffffff  0002 00000001
     0003 00000000  0003 ffffffff
     0004 00000000  0004 7fffffff  0005 00ffffff
     0006 00000000  0006 ffffffff`,
    settingsFrame(...extremes),
  );
});

Deno.test("SETTINGS keeps unknown identifiers and repeated ones in order", () => {
  assertWire(
    (writer) => encodeSettings(writer, [[0, 1], [0xffff, 7], [3, 1], [3, 2]]),
    `000018 04 00 00000000
     0000 00000001  ffff 00000007  0003 00000001  0003 00000002`,
    settingsFrame([0, 1], [0xffff, 7], [3, 1], [3, 2]),
  );
});

Deno.test("The acknowledgement of SETTINGS has nothing but a flag", () => {
  assertWire(encodeSettingsAck, "000000 04 01 00000000", {
    type: FrameType.SETTINGS,
    streamId: 0,
    ack: true,
    settings: [],
  });
});

Deno.test("SETTINGS ignores unknown flags and the reserved bit", () => {
  assertEquals(
    read("000006 04 fe 80000000 0003 00000001"),
    settingsFrame([3, 1]),
  );
});

Deno.test("SETTINGS on a stream is a connection error", () => {
  for (const digits of ["000000 04 00 00000001", "000000 04 01 00000001"]) {
    assertConnectionError(
      digits,
      ErrorCode.PROTOCOL_ERROR,
      "Received a SETTINGS frame on stream 1, expected stream 0",
    );
  }
});

Deno.test("SETTINGS of a wrong length is a connection error", () => {
  for (
    const digits of [
      "000001 04 00 00000000 00",
      "000005 04 00 00000000 0003000000",
      "000007 04 00 00000000 0003 00000001 00",
    ]
  ) {
    assertConnectionError(
      digits,
      ErrorCode.FRAME_SIZE_ERROR,
      "expected a multiple of 6",
    );
  }
});

Deno.test("An acknowledgement with settings is a connection error", () => {
  for (
    const digits of [
      "000001 04 01 00000000 00",
      "000006 04 01 00000000 0003 00000001",
    ]
  ) {
    assertConnectionError(
      digits,
      ErrorCode.FRAME_SIZE_ERROR,
      "expected an acknowledgement of 0",
    );
  }
});

Deno.test("Values that section 6.5.2 forbids are connection errors", () => {
  for (
    const [digits, code, text] of [
      ["0002 00000002", ErrorCode.PROTOCOL_ERROR, "expected 0 or 1"],
      ["0002 ffffffff", ErrorCode.PROTOCOL_ERROR, "ENABLE_PUSH is 4294967295"],
      [
        "0004 80000000",
        ErrorCode.FLOW_CONTROL_ERROR,
        "INITIAL_WINDOW_SIZE is 2147483648, expected at most 2147483647",
      ],
      ["0004 ffffffff", ErrorCode.FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE"],
      [
        "0005 00003fff",
        ErrorCode.PROTOCOL_ERROR,
        "MAX_FRAME_SIZE is 16383, expected 16384 to 16777215",
      ],
      ["0005 01000000", ErrorCode.PROTOCOL_ERROR, "MAX_FRAME_SIZE is 16777216"],
    ] as const
  ) {
    assertConnectionError(`000006 04 00 00000000 ${digits}`, code, text);
  }
});

Deno.test("A forbidden value is found behind allowed ones", () => {
  assertConnectionError(
    "00000c 04 00 00000000 0003 00000001 0002 00000002",
    ErrorCode.PROTOCOL_ERROR,
    "Setting ENABLE_PUSH is 2, expected 0 or 1",
  );
});

Deno.test("encodeSettings refuses what does not fit", () => {
  for (const id of [-1, 0.5, NaN, 0x1_0000]) {
    assertRefused(
      (writer) => encodeSettings(writer, [[3, 1], [id, 0]]),
      "Cannot encode a setting identifier: expected an integer from 0 to 65535",
    );
  }
  for (const value of [-1, 0.5, NaN, Infinity, 0x1_0000_0000]) {
    assertRefused(
      (writer) => encodeSettings(writer, [[3, 1], [3, value]]),
      "Cannot encode setting 3: expected an integer from 0 to 4294967295",
    );
  }
  for (
    const setting of [
      [SettingId.ENABLE_PUSH, 2],
      [SettingId.INITIAL_WINDOW_SIZE, 0x8000_0000],
      [SettingId.MAX_FRAME_SIZE, 16_383],
      [SettingId.MAX_FRAME_SIZE, 16_777_216],
    ] as const
  ) {
    assertRefused(
      (writer) => encodeSettings(writer, [setting]),
      `is ${setting[1]}, expected`,
    );
  }
});

Deno.test("encodeSettings refuses more settings than a frame can carry", () => {
  const settings = Array<Setting>(2_796_203).fill([3, 1]);
  assertRefused(
    (writer) => encodeSettings(writer, settings),
    "Cannot encode a payload length: expected an integer from 0 to 16777215, received 16777218",
  );
});
