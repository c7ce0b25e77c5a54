import { assertEquals, assertThrows } from "@std/assert";
import { DATA_PER_BATCH } from "../../src/connection/streams/scheduler.ts";
import {
  encodePing,
  encodeSettings,
  ErrorCode,
  type Frame,
  SettingId,
} from "../../src/frames/mod.ts";
import { concat } from "../harness/octets.ts";
import { outlines } from "./outline.ts";
import { requesting, serving, windowUpdate } from "./send_support.ts";
import { RESPONSE, TRAILERS } from "./support.ts";

const MEBIBYTE = 1_048_576;

Deno.test("A message of 1 MiB holds up a small one by one batch at the most", () => {
  const end = serving(2);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(MEBIBYTE), true);
  assertEquals(outlines(end.takeBatch()), ["DATA 1: 16384"]);
  streams.sender.sendData(3, new Uint8Array(100), true);
  assertEquals(outlines(end.takeBatch()), ["DATA 1: 16384"]);
  assertEquals(outlines(end.takeBatch()), [
    "DATA 3: 100 END_STREAM",
    "DATA 1: 16284",
  ]);
  assertEquals(outlines(end.takeBatch()), ["DATA 1: 16384"]);
});

Deno.test("Large messages take turns, and end in the order of their size", () => {
  const end = serving(3);
  const { streams } = end;
  for (const [id, frames] of [[1, 4], [3, 2], [5, 3]]) {
    streams.sender.sendData(id, new Uint8Array(frames * 16_384), true);
  }
  assertEquals(end.sent().map(({ streamId }) => streamId), [
    ...[1, 3, 5],
    ...[1, 3, 5],
    ...[1, 5],
    1,
  ]);
});

Deno.test("A stream gets no second turn by sending more before its first", () => {
  const end = serving(2);
  const { streams } = end;
  for (let i = 0; i < 3; i++) {
    streams.sender.sendData(1, new Uint8Array(10), false);
  }
  streams.sender.sendData(3, new Uint8Array(10), false);
  assertEquals(outlines(end.sent()), ["DATA 1: 30", "DATA 3: 10"]);
});

Deno.test("Many small messages are as many frames, in one batch", () => {
  const end = serving(800);
  for (let id = 1; id < 1_600; id += 2) {
    end.streams.sender.sendData(id, new Uint8Array(20), true);
  }
  const batch = end.takeBatch() ?? [];
  assertEquals(
    batch.map(({ streamId }) => streamId),
    Array.from({ length: 800 }, (_, i) => 2 * i + 1),
  );
});

Deno.test("What answers the peer goes out before data, and waits for one batch at the most", () => {
  const end = serving(1);
  end.streams.sender.sendData(1, new Uint8Array(MEBIBYTE), true);
  for (let i = 0; i < 10; i++) {
    assertEquals(outlines(end.takeBatch()), ["DATA 1: 16384"]);
    end.hear((writer) => {
      encodePing(writer, false, new Uint8Array(8));
      encodeSettings(writer, []);
    });
    assertEquals(outlines(end.takeBatch()), [
      "PING ACK",
      "SETTINGS ACK",
      "DATA 1: 16384",
    ]);
  }
});

Deno.test("So does what this end has to say besides data", () => {
  const end = serving(2);
  const { connection } = end;
  end.streams.sender.sendData(1, new Uint8Array(MEBIBYTE), true);
  end.takeBatch();
  connection.pings.send("keepalive", 0);
  end.streams.sender.sendHeaders(3, RESPONSE, true);
  connection.goaway(ErrorCode.NO_ERROR, "max_age");
  assertEquals(outlines(end.takeBatch()), [
    "PING",
    "HEADERS 3 END_STREAM",
    "GOAWAY 0",
    "DATA 1: 16384",
  ]);
});

Deno.test("A batch has 16 KiB of data, however large the frames of the peer may be", () => {
  assertEquals(DATA_PER_BATCH, 16_384);
  const end = requesting(1, [[SettingId.MAX_FRAME_SIZE, 100_000]]);
  end.streams.sender.sendData(1, new Uint8Array(40_000), false);
  assertEquals(outlines(end.takeBatch()), ["DATA 1: 16384"]);
  assertEquals(outlines(end.takeBatch()), ["DATA 1: 16384"]);
  assertEquals(outlines(end.takeBatch()), ["DATA 1: 7232"]);
  assertEquals(end.takeBatch(), undefined);
});

Deno.test("What is left of a batch stays free, if it is little and no frame fits in whole", () => {
  const end = serving(3);
  const { streams } = end;
  for (const id of [1, 3]) {
    streams.sender.sendData(id, new Uint8Array(65_536), false);
  }
  streams.sender.sendData(5, new Uint8Array(1_000), false);
  const batch = () => outlines(end.takeBatch(66_560) ?? []);
  assertEquals(batch(), [
    "DATA 1: 16384",
    "DATA 3: 16384",
    "DATA 5: 1000",
    "DATA 1: 16384",
    "DATA 3: 16384",
  ]);
  const rest = ["DATA 1: 16384", "DATA 3: 16384"];
  assertEquals(batch(), [...rest, ...rest]);
  assertEquals(batch(), []);
});

Deno.test("The last few octets of a stream go along with the frame before", () => {
  const end = serving(4);
  const { streams } = end;
  for (const id of [1, 3]) {
    streams.sender.sendData(id, new Uint8Array(16_389), false);
    streams.sender.sendHeaders(id, TRAILERS, true);
  }
  streams.sender.sendData(5, new Uint8Array(16_384 + 64), true);
  streams.sender.sendData(7, new Uint8Array(16_384 + 65), true);
  assertEquals(outlines(end.takeBatch(66_560) ?? []), [
    "DATA 1: 16384",
    "DATA 1: 5",
    "HEADERS 1 END_STREAM",
    "DATA 3: 16384",
    "DATA 3: 5",
    "HEADERS 3 END_STREAM",
    "DATA 5: 16384",
    "DATA 5: 64 END_STREAM",
    "DATA 7: 16384",
    "DATA 7: 65 END_STREAM",
  ]);
});

Deno.test("The last few octets of a stream wait for their window, and those of one that goes on for their turn", () => {
  const end = requesting(2, [[SettingId.INITIAL_WINDOW_SIZE, 16_388]]);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(16_389), true);
  streams.sender.sendData(3, new Uint8Array(16_386), false);
  assertEquals(outlines(end.sent()), [
    "DATA 1: 16384",
    "DATA 3: 16384",
    "DATA 1: 4",
    "DATA 3: 2",
  ]);
  assertEquals(outlines(windowUpdate(end, 1, 1)), ["DATA 1: 1 END_STREAM"]);
});

Deno.test("What is left of a batch is filled with part of a frame, if it is much", () => {
  const end = serving(2);
  for (const id of [1, 3]) {
    end.streams.sender.sendData(id, new Uint8Array(16_384), false);
  }
  assertEquals(outlines(end.takeBatch(24_000) ?? []), [
    "DATA 1: 16384",
    "DATA 3: 7616",
  ]);
  assertEquals(outlines(end.takeBatch(24_000) ?? []), ["DATA 3: 8768"]);
});

Deno.test("A stream without window waits alone", () => {
  const end = requesting(2, [[SettingId.INITIAL_WINDOW_SIZE, 0]]);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(100), true);
  streams.sender.sendData(3, new Uint8Array(100), true);
  assertEquals(end.sent(), []);
  assertEquals(outlines(windowUpdate(end, 3, 1_000)), [
    "DATA 3: 100 END_STREAM",
  ]);
  assertEquals(outlines(windowUpdate(end, 1, 40)), ["DATA 1: 40"]);
  assertEquals(streams.sender.queuedOctets(1), 60);
  assertEquals(outlines(windowUpdate(end, 1, 60)), ["DATA 1: 60 END_STREAM"]);
});

Deno.test("A connection without window holds up data, but not ends and headers", () => {
  const end = requesting(4);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(65_535), false);
  end.sent();
  streams.sender.sendData(1, new Uint8Array(0), true);
  streams.sender.sendData(3, new Uint8Array(100), true);
  streams.sender.sendData(5, new Uint8Array(0), true);
  streams.sender.sendHeaders(7, TRAILERS, true);
  assertEquals(outlines(end.sent()), [
    "HEADERS 7 END_STREAM",
    "DATA 1: 0 END_STREAM",
    "DATA 5: 0 END_STREAM",
  ]);
  assertEquals(outlines(windowUpdate(end, 0, 99)), ["DATA 3: 99"]);
  assertEquals(outlines(windowUpdate(end, 0, 1)), ["DATA 3: 1 END_STREAM"]);
});

Deno.test("Those whom the connection's window holds up keep their turn", () => {
  const end = requesting(4);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(65_535), false);
  end.sent();
  for (const id of [3, 5, 7]) {
    streams.sender.sendData(id, new Uint8Array(10), false);
  }
  assertEquals(end.sent(), []);
  streams.sender.sendData(1, new Uint8Array(10), false);
  windowUpdate(end, 1, 100);
  assertEquals(outlines(windowUpdate(end, 0, 25)), [
    "DATA 3: 10",
    "DATA 5: 10",
    "DATA 7: 5",
  ]);
  assertEquals(outlines(windowUpdate(end, 0, 100)), [
    "DATA 1: 10",
    "DATA 7: 5",
  ]);
});

Deno.test("Windows that reopen bit by bit let out all data, once", () => {
  const end = requesting(1, [[SettingId.INITIAL_WINDOW_SIZE, 0]]);
  const data = Uint8Array.from({ length: 500 }, (_, i) => i);
  end.streams.sender.sendData(1, data, true);
  const frames: Frame[] = [];
  for (let i = 0; i < 600; i++) frames.push(...windowUpdate(end, 1, 1));
  assertEquals(frames.length, 500);
  const ends = frames.filter((frame) =>
    "endStream" in frame && frame.endStream
  );
  assertEquals(ends, frames.slice(-1));
  const octets = frames.flatMap((frame) => "data" in frame ? [frame.data] : []);
  assertEquals(concat(...octets), data);
});

Deno.test("A change of INITIAL_WINDOW_SIZE wakes the streams", () => {
  const end = requesting(3, [[SettingId.INITIAL_WINDOW_SIZE, 0]]);
  const { streams } = end;
  for (const id of [5, 1]) {
    streams.sender.sendData(id, new Uint8Array(100), true);
  }
  const sent = end.say((writer) =>
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, 60]])
  );
  assertEquals(outlines(sent), ["SETTINGS ACK", "DATA 1: 60", "DATA 5: 60"]);
});

Deno.test("A window that is lowered while a stream waits for its turn is kept to", () => {
  for (const size of [0, 10, 100, 101]) {
    const end = requesting(2, [[SettingId.INITIAL_WINDOW_SIZE, 100]]);
    const { streams } = end;
    streams.sender.sendData(1, new Uint8Array(100), false);
    end.sent();
    streams.sender.sendData(3, new Uint8Array(16_384), false);
    windowUpdate(end, 1, 20);
    streams.sender.sendData(1, new Uint8Array(20), true);
    end.hear((writer) =>
      encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, size]])
    );
    const sent = Math.min(20, Math.max(0, 20 - (100 - size)));
    const expected = sent === 20
      ? ["DATA 1: 20 END_STREAM"]
      : sent > 0
      ? [`DATA 1: ${sent}`]
      : [];
    const of1 = end.sent().filter(({ streamId }) => streamId === 1);
    assertEquals(outlines(of1), expected);
    windowUpdate(end, 1, 1_000);
    assertEquals(streams.sender.queuedOctets(1), 0);
  }
});

for (const sent of [0, 16_384]) {
  Deno.test(`What was lent and is gone after ${sent} octets leaves no frame that it does not fill`, () => {
    const end = serving(2);
    const { streams } = end;
    const lent = new Uint8Array(60_000).fill(1);
    streams.sender.sendData(1, lent, false);
    streams.sender.sendData(1, new Uint8Array(60_000).fill(2), false);
    while (streams.sender.queuedOctets(1) > 120_000 - sent) end.takeBatch();
    structuredClone(lent.buffer, { transfer: [lent.buffer] });
    assertThrows(() => end.takeBatch());
    assertEquals(end.connection.output.length, 0);
  });
}
