import { assertEquals } from "@std/assert";
import { CLIENT_PREFACE } from "../../src/connection/preface.ts";
import {
  encodeData,
  encodeHeaders,
  encodeRstStream,
  encodeSettings,
  encodeSettingsAck,
  ErrorCode,
  type Frame,
  FrameType,
  type FrameWriter,
} from "../../src/frames/mod.ts";
import { BLOCK, Endpoint } from "./support.ts";

const LIMIT = 10;
/** Far more than the resets that are remembered one by one. */
const MANY = 5_000;

/** A server whose client has said its SETTINGS, and read nothing so far. */
function unread(): Endpoint {
  const end = new Endpoint("server", { maxConcurrentStreams: LIMIT });
  end.receive(CLIENT_PREFACE);
  end.say((writer) => encodeSettings(writer, []));
  end.takeEvents();
  return end;
}

function onEach(
  end: Endpoint,
  say: (writer: FrameWriter, id: number) => void,
): Frame[] {
  return end.say((writer) => {
    for (let i = 0; i < MANY; i++) say(writer, 2 * i + 1);
  });
}

function resetsIn(frames: Frame[]): number[][] {
  return frames.flatMap((frame) =>
    frame.type === FrameType.RST_STREAM
      ? [[frame.streamId, frame.errorCode]]
      : []
  );
}

Deno.test("Streams above the limit that a client opens before it can know it are refused, so that it may try again", () => {
  const end = unread();
  const sent = onEach(
    end,
    (writer, id) => encodeHeaders(writer, id, BLOCK, false, true),
  );
  const refused = Array.from({ length: MANY - LIMIT }, (_, i) => [
    2 * (i + LIMIT) + 1,
    ErrorCode.REFUSED_STREAM,
  ]);
  assertEquals(resetsIn(sent), refused);
  assertEquals(end.streams.table.activeCount, LIMIT);
});

Deno.test("What it has sent on them meanwhile costs it nothing: DATA, trailers, RST_STREAM", () => {
  for (
    const say of [
      (writer: FrameWriter, id: number) => encodeData(writer, id, BLOCK, true),
      (writer: FrameWriter, id: number) =>
        encodeHeaders(writer, id, new Uint8Array(0), true, true),
      (writer: FrameWriter, id: number) =>
        encodeRstStream(writer, id, ErrorCode.CANCEL),
    ]
  ) {
    const end = unread();
    onEach(
      end,
      (writer, id) => encodeHeaders(writer, id, BLOCK, false, true),
    );
    end.takeEvents();
    assertEquals(resetsIn(onEach(end, say)), []);
    const events = end.takeEvents().filter(({ type }) =>
      ["headers", "data", "reset"].includes(type)
    );
    assertEquals(events.length, LIMIT);
  }
});

Deno.test("Once it knows, a stream above the limit is refused, and one below is served", () => {
  const end = unread();
  onEach(end, (writer, id) => encodeHeaders(writer, id, BLOCK, true, true));
  end.say(encodeSettingsAck);
  end.takeEvents();
  const next = 2 * MANY + 1;
  const open = (id: number) =>
    resetsIn(end.say((writer) => encodeHeaders(writer, id, BLOCK, true, true)));
  assertEquals(open(next), [[next, ErrorCode.REFUSED_STREAM]]);
  end.streams.sender.sendHeaders(1, [[":status", "200"]], true);
  assertEquals(open(next + 2), []);
  assertEquals(end.streams.table.activeCount, LIMIT);
});

Deno.test("Whoever goes on for ever once it knows is shown out", () => {
  const end = unread();
  end.say(encodeSettingsAck);
  end.assertConnectionError(
    (writer) => {
      for (let i = 0; i < MANY; i++) {
        encodeHeaders(writer, 2 * i + 1, BLOCK, true, true);
      }
    },
    ErrorCode.ENHANCE_YOUR_CALM,
    "streams that had to be ended for a fault of the peer",
  );
});
