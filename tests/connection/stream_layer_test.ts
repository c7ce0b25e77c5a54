import { assertEquals, assertThrows } from "@std/assert";
import {
  ConnectionError,
  encodeData,
  encodeHeaders,
  encodeRstStream,
  encodeWindowUpdate,
  ErrorCode,
  FrameType,
  StreamError,
} from "../../src/frames/mod.ts";
import type { EncodableHeaderField } from "../../src/hpack/mod.ts";
import { BLOCK, client, FIELDS, RESPONSE, server } from "./support.ts";

Deno.test("A client's streams are numbered 1, 3, 5", () => {
  const end = client();
  const { streams } = end;
  assertEquals([1, 2, 3].map(() => streams.sender.open(FIELDS, true)), [
    1,
    3,
    5,
  ]);
  assertEquals(end.sent().map(({ streamId }) => streamId), [1, 3, 5]);
  assertEquals(streams.table.activeCount, 3);
});

Deno.test("A request is one HEADERS frame", () => {
  for (const endStream of [false, true]) {
    const end = client();
    end.streams.sender.open(FIELDS, endStream);
    assertEquals(end.sent(), [{
      type: FrameType.HEADERS,
      streamId: 1,
      endStream,
      endHeaders: true,
      fragment: BLOCK,
    }]);
  }
});

Deno.test("A header list must be one that the peer accepts", () => {
  const end = client([[6, 20_000]]);
  const { streams } = end;
  const list = (size: number): EncodableHeaderField[] => [
    ["x", "y".repeat(size - 33)],
  ];
  assertThrows(
    () => streams.sender.open(list(20_001), false),
    RangeError,
    "Cannot send a header list of 20001 octets: the peer accepts 20000, and ",
  );
  assertEquals(streams.table.activeCount, 0);
  assertEquals(streams.sender.open(list(20_000), false), 1);
  assertThrows(
    () => streams.sender.sendHeaders(1, list(20_001), true),
    RangeError,
  );
  assertEquals(streams.sender.canSend(1), true);
});

Deno.test("A header list that cannot be encoded opens no stream, and ends none", () => {
  const end = client();
  const { streams } = end;
  const wide: EncodableHeaderField[] = [["x", "\u0100"]];
  assertThrows(() => streams.sender.open(wide, false), TypeError, "U+0100");
  assertEquals(streams.table.activeCount, 0);
  assertEquals(streams.sender.open(FIELDS, false), 1);
  streams.sender.sendData(1, BLOCK, false);
  for (const bad of [wide, [["x", 1]] as unknown as EncodableHeaderField[]]) {
    assertThrows(() => streams.sender.sendHeaders(1, bad, true), TypeError);
  }
  assertEquals(streams.sender.canSend(1), true);
  assertEquals(end.sent().length, 2);
});

Deno.test("Nothing is sent on a stream after END_STREAM, or without a stream", () => {
  const end = client();
  const { streams } = end;
  streams.sender.open(FIELDS, true);
  end.sent();
  for (
    const [id, why] of [
      [1, "this end has ended it"],
      [3, "it is not active"],
    ] as const
  ) {
    assertEquals(streams.sender.canSend(id), false);
    assertThrows(
      () => streams.sender.sendData(id, BLOCK, true),
      TypeError,
      `Cannot send DATA on stream ${id}: ${why}`,
    );
    assertThrows(
      () => streams.sender.sendHeaders(id, RESPONSE, true),
      TypeError,
      `Cannot send HEADERS on stream ${id}: ${why}`,
    );
  }
  assertEquals(end.sent(), []);
});

Deno.test("A reset is sent once, and told", () => {
  const end = client();
  const { streams } = end;
  streams.sender.open(FIELDS, false);
  end.sent();
  streams.reset(1, ErrorCode.CANCEL);
  streams.reset(1, ErrorCode.CANCEL);
  streams.reset(7, ErrorCode.CANCEL);
  assertEquals(end.sent(), [
    { type: FrameType.RST_STREAM, streamId: 1, errorCode: ErrorCode.CANCEL },
  ]);
  assertEquals(end.takeEvents(), [{
    type: "reset",
    streamId: 1,
    code: ErrorCode.CANCEL,
    by: "local",
    unprocessed: false,
  }]);
});

Deno.test("A reset of the peer is told; REFUSED_STREAM is a promise", () => {
  for (
    const [code, unprocessed] of [
      [ErrorCode.REFUSED_STREAM, true],
      [ErrorCode.CANCEL, false],
      [0xffff_ffff, false],
    ] as const
  ) {
    const end = client();
    end.streams.sender.open(FIELDS, false);
    end.sent();
    assertEquals(end.say((writer) => encodeRstStream(writer, 1, code)), []);
    assertEquals(end.takeEvents(), [
      { type: "reset", streamId: 1, code, by: "peer", unprocessed },
    ]);
  }
});

Deno.test("WINDOW_UPDATE is taken while this end may still send", () => {
  const end = server();
  end.say((writer) => {
    encodeHeaders(writer, 1, BLOCK, true, true);
    encodeWindowUpdate(writer, 1, 1_000_000);
    encodeWindowUpdate(writer, 0, 1_000_000);
  });
  const { streams } = end;
  for (let i = 0; i < 10; i++) {
    streams.sender.sendData(1, new Uint8Array(16_384), false);
  }
  assertEquals(end.sent().length, 10);
  assertEquals(streams.sender.queuedOctets(1), 0);
});

Deno.test("The highest stream of the client is known, refused or not", () => {
  const end = server({ maxConcurrentStreams: 1 });
  assertEquals(end.streams.table.lastPeerId, 0);
  end.say((writer) => {
    encodeHeaders(writer, 3, BLOCK, false, true);
    encodeHeaders(writer, 11, BLOCK, false, true);
  });
  assertEquals(end.streams.table.lastPeerId, 11);
  assertEquals(end.streams.table.activeCount, 1);
});

Deno.test("A stream error on an idle stream is one of the connection", () => {
  const end = server();
  const error = assertThrows(
    () => end.streams.fail(new StreamError(5, 6, "Bad frame"), 0),
    ConnectionError,
    "Bad frame",
  );
  assertEquals(error.code, 6);
  assertEquals(end.sent(), []);
});

Deno.test("Of streams that were reset, 1,000 are remembered at the least", () => {
  const end = server({ maxConcurrentStreams: 10 });
  for (let id = 1; id <= 2_001; id += 2) {
    end.say((writer) => encodeHeaders(writer, id, BLOCK, false, true));
    end.streams.reset(id, ErrorCode.CANCEL);
  }
  end.sent();
  const answers = [3, 2_001, 1].map((id) =>
    end.say((writer) => encodeData(writer, id, BLOCK, true))
  );
  assertEquals(answers, [[], [], [{
    type: FrameType.RST_STREAM,
    streamId: 1,
    errorCode: ErrorCode.STREAM_CLOSED,
  }]]);
});
