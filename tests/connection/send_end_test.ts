import { assertEquals, assertThrows } from "@std/assert";
import {
  encodeData,
  encodeHeaders,
  encodeRstStream,
  encodeSettings,
  encodeWindowUpdate,
  ErrorCode,
  SettingId,
} from "../../src/frames/mod.ts";
import { outlines } from "./outline.ts";
import { requesting, serving, windowUpdate } from "./send_support.ts";
import { BLOCK, type Endpoint, RESPONSE, server, TRAILERS } from "./support.ts";

Deno.test("END_STREAM is on the last data, and needs no window without any", () => {
  const end = requesting(2, [[SettingId.INITIAL_WINDOW_SIZE, 0]]);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(0), true);
  assertEquals(outlines(end.sent()), ["DATA 1: 0 END_STREAM"]);
  windowUpdate(end, 3, 20_000);
  streams.sender.sendData(3, new Uint8Array(20_000), false);
  streams.sender.sendData(3, new Uint8Array(0), true);
  assertEquals(outlines(end.sent()), [
    "DATA 3: 16384",
    "DATA 3: 3616 END_STREAM",
  ]);
});

Deno.test("So it is while a lowered window is below zero", () => {
  const end = requesting(1, [[SettingId.INITIAL_WINDOW_SIZE, 100]]);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(100), false);
  end.sent();
  end.say((writer) =>
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, 0]])
  );
  streams.sender.sendData(1, new Uint8Array(0), true);
  assertEquals(outlines(end.sent()), ["DATA 1: 0 END_STREAM"]);
});

Deno.test("An end that comes after its data has left is a frame of its own", () => {
  const end = requesting(1);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(5), false);
  assertEquals(outlines(end.sent()), ["DATA 1: 5"]);
  streams.sender.sendData(1, new Uint8Array(0), true);
  assertEquals(outlines(end.sent()), ["DATA 1: 0 END_STREAM"]);
});

Deno.test("Nothing may follow an end, even one that still waits", () => {
  const ends = [
    (end: Endpoint) => end.streams.sender.sendData(1, new Uint8Array(10), true),
    (end: Endpoint) => {
      end.streams.sender.sendData(1, new Uint8Array(10), false);
      end.streams.sender.sendHeaders(1, TRAILERS, true);
    },
  ];
  for (const give of ends) {
    const end = requesting(1, [[SettingId.INITIAL_WINDOW_SIZE, 0]]);
    const { streams } = end;
    give(end);
    assertEquals(streams.sender.canSend(1), false);
    for (const endStream of [false, true]) {
      assertThrows(
        () => streams.sender.sendData(1, new Uint8Array(1), endStream),
        TypeError,
        "Cannot send DATA on stream 1: this end has ended it",
      );
      assertThrows(
        () => streams.sender.sendHeaders(1, TRAILERS, endStream),
        TypeError,
        "Cannot send HEADERS on stream 1: this end has ended it",
      );
    }
    assertEquals(streams.sender.queuedOctets(1), 10);
    const sent = windowUpdate(end, 1, 10);
    const isEnd = sent.map((frame) => "endStream" in frame && frame.endStream);
    assertEquals(isEnd.filter(Boolean).length, 1);
    assertEquals(isEnd.at(-1), true);
  }
});

Deno.test("Trailers wait behind the data that is held up", () => {
  const end = server();
  end.say((writer) => {
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, 10]]);
    encodeHeaders(writer, 1, BLOCK, true, true);
  });
  end.takeEvents();
  const { streams } = end;
  streams.sender.sendHeaders(1, RESPONSE, false);
  streams.sender.sendData(1, new Uint8Array(15), false);
  streams.sender.sendHeaders(1, TRAILERS, true);
  assertEquals(outlines(end.sent()), ["HEADERS 1", "DATA 1: 10"]);
  assertEquals(streams.table.activeCount, 1);
  assertEquals(outlines(windowUpdate(end, 1, 5)), [
    "DATA 1: 5",
    "HEADERS 1 END_STREAM",
  ]);
  assertEquals(streams.table.activeCount, 0);
  assertEquals(end.takeEvents(), [{ type: "ended", streamId: 1 }]);
});

Deno.test("Trailers without data that waits go out at once", () => {
  const end = serving(1);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(5), false);
  end.sent();
  streams.sender.sendHeaders(1, TRAILERS, true);
  assertEquals(outlines(end.sent()), ["HEADERS 1 END_STREAM"]);
});

Deno.test("A reset of either end drops what waits", () => {
  const resets: [told: string[], reset: (end: Endpoint) => void][] = [
    [
      ["RST_STREAM 1: 8"],
      (end) => end.streams.reset(1, ErrorCode.CANCEL),
    ],
    [[], (end) => end.hear((writer) => encodeRstStream(writer, 1, 8))],
  ];
  for (const [told, reset] of resets) {
    const end = requesting(2);
    const { streams } = end;
    streams.sender.sendData(1, new Uint8Array(40_000), false);
    streams.sender.sendData(3, new Uint8Array(10), false);
    streams.sender.sendHeaders(1, TRAILERS, true);
    assertEquals(outlines(end.takeBatch()), ["DATA 1: 16384"]);
    reset(end);
    assertEquals(streams.sender.queuedOctets(1), 0);
    assertEquals(outlines(end.sent()), [...told, "DATA 3: 10"]);
    windowUpdate(end, 1, 1_000);
    assertEquals(end.sent(), []);
  }
});

Deno.test("What was reset gives its window of the connection back to others", () => {
  const end = requesting(2);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(65_535), false);
  streams.reset(1, ErrorCode.CANCEL);
  streams.sender.sendData(3, new Uint8Array(65_535), false);
  const octets = end.sent().map((frame) =>
    "data" in frame && frame.data.length
  );
  assertEquals(octets, [false, 16_384, 16_384, 16_384, 16_383]);
});

Deno.test("A stream is told as writable once all of its data has left", () => {
  const end = requesting(2, [[SettingId.INITIAL_WINDOW_SIZE, 10_000]]);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(10_001), false);
  streams.sender.sendData(3, new Uint8Array(5), false);
  assertEquals(end.takeEvents(), []);
  end.sent();
  assertEquals(end.takeEvents(), [{ type: "writable", streamId: 3 }]);
  windowUpdate(end, 1, 1);
  assertEquals(end.takeEvents(), [{ type: "writable", streamId: 1 }]);
  assertEquals(end.sent(), []);
  assertEquals(end.takeEvents(), []);
});

Deno.test("A stream is told as writable once less is left of much than a frame has, and once nothing is", () => {
  const end = requesting(1);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(3 * 16_384 - 1), false);
  const writable = { type: "writable" as const, streamId: 1 };
  const told = Array.from({ length: 4 }, () => {
    end.takeBatch();
    return end.takeEvents();
  });
  assertEquals(told, [[], [writable], [writable], []]);
});

Deno.test("A stream of which little is left, and its end, is not told as writable", () => {
  const end = requesting(2);
  const { streams } = end;
  streams.sender.sendData(1, new Uint8Array(20_000), true);
  streams.sender.sendData(3, new Uint8Array(20_000), false);
  streams.sender.sendHeaders(3, TRAILERS, true);
  assertEquals(outlines(end.sent()), [
    "DATA 1: 16384",
    "DATA 3: 16384",
    "DATA 1: 3616 END_STREAM",
    "DATA 3: 3616",
    "HEADERS 3 END_STREAM",
  ]);
  assertEquals(end.takeEvents(), []);
});

Deno.test("A stream that ends with its data is not told as writable", () => {
  const end = requesting(1);
  end.streams.sender.sendData(1, new Uint8Array(5), true);
  end.sent();
  assertEquals(end.takeEvents(), []);
});

Deno.test("A server whose last data leaves while its client still sends asks it to stop", () => {
  const end = server();
  end.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
  end.takeEvents();
  const { streams } = end;
  streams.sender.sendHeaders(1, RESPONSE, false);
  streams.sender.sendData(1, new Uint8Array(20_000), false);
  streams.sender.sendHeaders(1, TRAILERS, true);
  assertEquals(outlines(end.sent()), [
    "HEADERS 1",
    "DATA 1: 16384",
    "DATA 1: 3616",
    "HEADERS 1 END_STREAM",
    "RST_STREAM 1: 0",
  ]);
  assertEquals(end.takeEvents(), [{ type: "ended", streamId: 1 }]);
  const late = end.say((writer) => {
    encodeData(writer, 1, new Uint8Array(10), true);
    encodeWindowUpdate(writer, 1, 10);
  });
  assertEquals([late, end.takeEvents()], [[], []]);
});
