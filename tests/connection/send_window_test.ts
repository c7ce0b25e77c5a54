import { assertEquals, assertThrows } from "@std/assert";
import {
  encodeSettings,
  encodeWindowUpdate,
  ErrorCode,
  type Frame,
  FrameType,
  MAX_UINT31,
  type Setting,
} from "../../src/frames/mod.ts";
import { client, type Endpoint, FIELDS } from "./support.ts";

const LARGE = new Uint8Array(200_000);

/** A client with open requests. */
function requesting(
  count: number,
  settings: readonly Setting[] = [],
): Endpoint {
  const end = client(settings);
  for (let i = 0; i < count; i++) end.streams.sender.open(FIELDS, false);
  end.sent();
  return end;
}

/** The octets of each DATA frame on a stream. */
function lengths(frames: Frame[], id: number): number[] {
  return frames.flatMap((frame) =>
    frame.type === FrameType.DATA && frame.streamId === id
      ? [frame.data.length]
      : []
  );
}

/** Sends as much as may be sent; answers with the octets of each frame. */
function pour(end: Endpoint, id: number): number[] {
  end.streams.sender.sendData(id, LARGE, false);
  return lengths(end.sent(), id);
}

Deno.test("DATA stops at the windows of 65,535 octets", () => {
  assertEquals(pour(requesting(1), 1), [16_384, 16_384, 16_384, 16_383]);
});

Deno.test("DATA frames stay small, even if the peer accepts larger ones", () => {
  const end = requesting(1, [[5, 40_000]]);
  assertEquals(pour(end, 1), [16_384, 16_384, 16_384, 16_383]);
});

Deno.test("All streams share the window of the connection", () => {
  const end = requesting(2);
  end.streams.sender.sendData(1, LARGE.subarray(0, 10_000), false);
  end.sent();
  assertEquals(pour(end, 3).reduce((a, b) => a + b), 55_535);
  assertEquals(pour(end, 1), []);
  const sent = end.say((writer) => encodeWindowUpdate(writer, 0, 100));
  assertEquals(lengths(sent, 3), [100]);
  assertEquals(lengths(sent, 1), []);
});

Deno.test("A stream needs its own window, too", () => {
  const end = requesting(2);
  pour(end, 1);
  const none = end.say((writer) => encodeWindowUpdate(writer, 0, 1_000));
  assertEquals(none, []);
  end.streams.sender.sendData(3, LARGE.subarray(0, 1_000), false);
  assertEquals(lengths(end.sent(), 3), [1_000]);
  const sent = end.say((writer) => {
    encodeWindowUpdate(writer, 0, 1_000);
    encodeWindowUpdate(writer, 1, 7);
  });
  assertEquals(lengths(sent, 1), [7]);
});

Deno.test("END_STREAM goes out with the last octet, not before", () => {
  const end = requesting(1, [[4, 10]]);
  const { streams } = end;
  streams.sender.sendData(1, LARGE.subarray(0, 15), true);
  const ends = (frames: Frame[]) =>
    frames.map((frame) => "endStream" in frame && frame.endStream);
  const first = end.sent();
  assertEquals([lengths(first, 1), ends(first)], [[10], [false]]);
  const last = end.say((writer) => encodeWindowUpdate(writer, 1, 5));
  assertEquals([lengths(last, 1), ends(last)], [[5], [true]]);
  assertThrows(() => streams.sender.sendData(1, LARGE, false), TypeError);
});

Deno.test("END_STREAM without data needs no window", () => {
  const end = requesting(1, [[4, 0]]);
  end.streams.sender.sendData(1, new Uint8Array(0), true);
  assertEquals(end.sent(), [{
    type: FrameType.DATA,
    streamId: 1,
    endStream: true,
    data: new Uint8Array(0),
    flowControlledLength: 0,
  }]);
});

Deno.test("Nothing to send sends no frame", () => {
  const end = requesting(1);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(0), false);
  assertEquals(end.sent(), []);
  assertEquals(end.takeEvents(), []);
});

Deno.test("INITIAL_WINDOW_SIZE changes streams that are open, and new ones", () => {
  const end = requesting(1, [[4, 100]]);
  assertEquals(pour(end, 1), [100]);
  const sent = end.say((writer) => encodeSettings(writer, [[4, 150]]));
  assertEquals(lengths(sent, 1), [50]);
  end.streams.sender.open(FIELDS, false);
  end.sent();
  assertEquals(pour(end, 3), [150]);
});

Deno.test("INITIAL_WINDOW_SIZE leaves the window of the connection alone", () => {
  const end = requesting(1, [[4, 0]]);
  end.say((writer) => encodeWindowUpdate(writer, 1, 100_000));
  assertEquals(pour(end, 1).reduce((a, b) => a + b), 65_535);
});

Deno.test("A window that was lowered below zero must be made good", () => {
  const end = requesting(1, [[4, 100]]);
  pour(end, 1);
  end.say((writer) => encodeSettings(writer, [[4, 30]]));
  const none = end.say((writer) => encodeWindowUpdate(writer, 1, 70));
  assertEquals(none, []);
  const sent = end.say((writer) => encodeWindowUpdate(writer, 1, 1));
  assertEquals(lengths(sent, 1), [1]);
});

Deno.test("INITIAL_WINDOW_SIZE that takes a stream above 2^31-1 ends the connection", () => {
  const end = requesting(1);
  end.say((writer) => encodeWindowUpdate(writer, 1, 1));
  end.assertConnectionError(
    (writer) => encodeSettings(writer, [[4, MAX_UINT31]]),
    ErrorCode.FLOW_CONTROL_ERROR,
    `Setting INITIAL_WINDOW_SIZE ${MAX_UINT31} takes the window of stream 1 above ${MAX_UINT31}`,
  );
});

Deno.test("WINDOW_UPDATE may fill a window to 2^31-1", () => {
  const end = requesting(1);
  const sent = end.say((writer) => {
    encodeWindowUpdate(writer, 0, MAX_UINT31 - 65_535);
    encodeWindowUpdate(writer, 1, MAX_UINT31 - 65_535);
  });
  assertEquals(sent, []);
});

Deno.test("WINDOW_UPDATE that overflows a stream resets it (section 6.9.1)", () => {
  const end = requesting(2);
  const sent = end.say((writer) =>
    encodeWindowUpdate(writer, 1, MAX_UINT31 - 65_534)
  );
  assertEquals(sent, [{
    type: FrameType.RST_STREAM,
    streamId: 1,
    errorCode: ErrorCode.FLOW_CONTROL_ERROR,
  }]);
  assertEquals(pour(end, 3).length, 4);
});

// grpc-go lets it wrap around.
Deno.test("WINDOW_UPDATE that overflows the connection ends it", () => {
  requesting(1).assertConnectionError(
    (writer) => encodeWindowUpdate(writer, 0, MAX_UINT31 - 65_534),
    ErrorCode.FLOW_CONTROL_ERROR,
    `Received a WINDOW_UPDATE frame that takes the connection window above ${MAX_UINT31}`,
  );
});
