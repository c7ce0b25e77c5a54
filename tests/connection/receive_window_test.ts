import { assertEquals } from "@std/assert";
import {
  encodeData,
  encodeFrame,
  encodeHeaders,
  ErrorCode,
  type Frame,
  FrameType,
} from "../../src/frames/mod.ts";
import { BLOCK, type Endpoint, server } from "./support.ts";

const QUARTER = new Uint8Array(16_384);

/** A server with open requests. */
function serving(...ids: number[]): Endpoint {
  const end = server();
  for (const id of ids) {
    end.say((writer) => encodeHeaders(writer, id, BLOCK, false, true));
  }
  end.takeEvents();
  return end;
}

/** Answers with what is sent in return, but for PINGs that measure the path. */
function data(end: Endpoint, id: number, octets = QUARTER): Frame[] {
  const sent = end.say((writer) => encodeData(writer, id, octets, false));
  return sent.filter(({ type }) => type !== FrameType.PING);
}

/** Takes the events of streams. */
function eventTypes(end: Endpoint): string[] {
  const types = end.takeEvents().map(({ type }) => type);
  return types.filter((type) => type !== "ping-sent");
}

function windowUpdate(streamId: number, windowSizeIncrement: number): Frame {
  return { type: FrameType.WINDOW_UPDATE, streamId, windowSizeIncrement };
}

function flowControlReset(streamId: number): Frame {
  return {
    type: FrameType.RST_STREAM,
    streamId,
    errorCode: ErrorCode.FLOW_CONTROL_ERROR,
  };
}

Deno.test("DATA is told as it came", () => {
  const end = serving(1);
  data(end, 1, Uint8Array.of(1, 2));
  end.say((writer) => encodeData(writer, 1, Uint8Array.of(3), true));
  assertEquals(end.takeEvents(), [
    { type: "data", streamId: 1, data: Uint8Array.of(1, 2), endStream: false },
    { type: "data", streamId: 1, data: Uint8Array.of(3), endStream: true },
  ]);
});

Deno.test("The connection window is given back at half, consumed or not", () => {
  const end = serving(1, 3);
  assertEquals(data(end, 1), []);
  assertEquals(data(end, 3, QUARTER.subarray(0, 16_383)), []);
  assertEquals(data(end, 1, QUARTER.subarray(0, 1)), [windowUpdate(0, 32_768)]);
});

Deno.test("A stream window is given back at half of what was consumed", () => {
  const end = serving(1);
  for (let i = 0; i < 3; i++) data(end, 1);
  const { streams } = end;
  streams.flow.consumed(1, 32_767);
  assertEquals(end.sent(), []);
  streams.flow.consumed(1, 1);
  assertEquals(end.sent(), [windowUpdate(1, 32_768)]);
});

Deno.test("A stream that is read as it comes goes on for ever", () => {
  const end = serving(1);
  for (let i = 0; i < 100; i++) {
    const sent = data(end, 1);
    assertEquals(sent.some(({ type }) => type === FrameType.RST_STREAM), false);
    end.streams.flow.consumed(1, QUARTER.length);
  }
});

Deno.test("Padding counts, and is given back on its own", () => {
  const end = serving(1);
  const padded = new Uint8Array(256);
  padded[0] = 255;
  const sent: Frame[] = [];
  for (let i = 0; i < 128; i++) {
    sent.push(...end.say((writer) => encodeFrame(writer, 0, 0x8, 1, padded)));
  }
  const updates = sent.filter(({ type }) => type !== FrameType.PING);
  assertEquals(updates, [windowUpdate(0, 32_768), windowUpdate(1, 32_768)]);
});

Deno.test("A stream that the peer has ended gets no window any more", () => {
  const end = serving(1);
  data(end, 1);
  data(end, 1);
  end.say((writer) => encodeData(writer, 1, QUARTER, true));
  end.streams.flow.consumed(1, 3 * QUARTER.length);
  assertEquals(end.sent(), []);
});

Deno.test("Data of a stream that has ended may still be consumed", () => {
  const end = serving(1);
  data(end, 1);
  end.streams.reset(1, ErrorCode.CANCEL);
  end.sent();
  end.streams.flow.consumed(1, QUARTER.length);
  end.streams.flow.consumed(99, QUARTER.length);
  assertEquals(end.sent(), []);
});

Deno.test("DATA that is discarded is given back to the connection", () => {
  const end = serving(1);
  end.streams.reset(1, ErrorCode.CANCEL);
  end.sent();
  assertEquals(data(end, 1), []);
  assertEquals(data(end, 1), [windowUpdate(0, 32_768)]);
  assertEquals(eventTypes(end), ["reset"]);
});

Deno.test("A stream may use its window to the last octet", () => {
  const end = serving(1);
  for (let i = 0; i < 3; i++) data(end, 1);
  data(end, 1, QUARTER.subarray(0, 16_383));
  assertEquals(end.streams.table.activeCount, 1);
  const sent = data(end, 1, Uint8Array.of(1));
  assertEquals(sent.at(-1), flowControlReset(1));
});

Deno.test("116 FL-window-abuse: DATA beyond a stream's window resets the stream", () => {
  const end = serving(1, 3);
  for (let i = 0; i < 3; i++) data(end, 1);
  assertEquals(data(end, 1), [windowUpdate(0, 32_768), flowControlReset(1)]);
  end.takeEvents();
  assertEquals(data(end, 1), []);
  data(end, 3);
  assertEquals(eventTypes(end), ["data"]);
  assertEquals(end.streams.table.activeCount, 1);
});

Deno.test("116 FL-window-abuse: padding beyond the window is no way around", () => {
  const end = serving(1);
  for (let i = 0; i < 3; i++) data(end, 1);
  data(end, 1, QUARTER.subarray(0, 16_383));
  const sent = end.say((writer) =>
    encodeFrame(writer, 0, 0x8, 1, new Uint8Array(1))
  );
  assertEquals(sent.at(-1), flowControlReset(1));
});
