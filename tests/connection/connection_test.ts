import { assertEquals, assertThrows } from "@std/assert";
import { MAX_OUTSTANDING_PINGS } from "../../src/connection/ping_ledger.ts";
import {
  ConnectionError,
  encodeFrame,
  encodePing,
  encodePushPromise,
  encodeSettings,
  encodeSettingsAck,
  ErrorCode,
  FrameType,
  type PingFrame,
} from "../../src/frames/mod.ts";
import { octets } from "../harness/octets.ts";
import { BLOCK, client, Endpoint, FIELDS, server } from "./support.ts";

const SETTINGS_ACK = {
  type: FrameType.SETTINGS,
  streamId: 0,
  ack: true,
  settings: [],
} as const;

Deno.test("A connection is established with the SETTINGS of the peer", () => {
  const end = new Endpoint("client");
  assertEquals(end.connection.settings.established, false);
  end.sent();
  assertEquals(end.say((writer) => encodeSettings(writer, [])), [SETTINGS_ACK]);
  assertEquals(end.connection.settings.established, true);
});

Deno.test("SETTINGS of the peer are applied, told and acknowledged", () => {
  const end = client();
  const sent = end.say((writer) =>
    encodeSettings(writer, [[1, 0], [3, 7], [4, 9], [5, 20_000], [6, 11]])
  );
  const settings = {
    headerTableSize: 0,
    maxConcurrentStreams: 7,
    initialWindowSize: 9,
    maxFrameSize: 20_000,
    maxHeaderListSize: 11,
  };
  assertEquals(sent, [SETTINGS_ACK]);
  assertEquals(end.connection.settings.peer, settings);
  assertEquals(end.takeEvents(), [{ type: "settings-received", settings }]);
});

Deno.test("The settings in an event do not change with later ones", () => {
  const end = client();
  end.say((writer) => encodeSettings(writer, [[3, 7]]));
  const [event] = end.takeEvents();
  end.say((writer) => encodeSettings(writer, [[3, 8]]));
  assertEquals("settings" in event && event.settings.maxConcurrentStreams, 7);
});

Deno.test("Unknown settings are ignored, and acknowledged with the rest", () => {
  const end = client();
  const before = { ...end.connection.settings.peer };
  const sent = end.say((writer) =>
    encodeSettings(writer, [[0xfe, 5], [0x8, 1], [0xffff, 0xffff_ffff]])
  );
  assertEquals(sent, [SETTINGS_ACK]);
  assertEquals(end.connection.settings.peer, before);
});

Deno.test("A client refuses ENABLE_PUSH 1 from its server (section 6.5.2)", () => {
  client().assertConnectionError(
    (writer) => encodeSettings(writer, [[2, 1]]),
    ErrorCode.PROTOCOL_ERROR,
    "ENABLE_PUSH",
  );
  client().say((writer) => encodeSettings(writer, [[2, 0]]));
  server().say((writer) => encodeSettings(writer, [[2, 1], [2, 0]]));
});

Deno.test("PUSH_PROMISE is a connection error at either end", () => {
  for (const end of [client(), server()]) {
    end.assertConnectionError(
      (writer) => encodePushPromise(writer, 1, 2, octets("82"), true),
      ErrorCode.PROTOCOL_ERROR,
      "Received a PUSH_PROMISE frame, expected none as push is turned off",
    );
  }
});

// grpc-go waits for the acknowledgement for ever.
Deno.test("SETTINGS must be acknowledged in time (section 6.5.3)", () => {
  const end = new Endpoint("client", { settingsTimeout: 1_000 });
  end.say((writer) => encodeSettings(writer, []));
  assertEquals(end.connection.deadline(), 1_000);
  end.connection.advance(999.9);
  const error = assertThrows(
    () => end.connection.advance(1_000),
    ConnectionError,
    "Received no acknowledgement of the SETTINGS frame in time",
  );
  assertEquals(error.code, ErrorCode.SETTINGS_TIMEOUT);
});

Deno.test("The acknowledgement of SETTINGS ends the wait, and may repeat", () => {
  const end = new Endpoint("client", { settingsTimeout: 1_000 }).handshake();
  assertEquals(end.connection.deadline(), Infinity);
  end.connection.advance(1e9);
  assertEquals(end.say(encodeSettingsAck), []);
  assertEquals(end.takeEvents(), [{ type: "settings-acked" }]);
});

Deno.test("A PING of each purpose is sent with its payload", () => {
  const end = server();
  for (
    const [purpose, payload] of [
      ["keepalive", "0000000000000000"],
      ["drain", "0106010800030309"],
      ["user", "70696e67 00000003"],
    ] as const
  ) {
    end.connection.pings.send(purpose, 0);
    assertEquals(end.sent(), [{
      type: FrameType.PING,
      streamId: 0,
      ack: false,
      opaqueData: octets(payload),
    }]);
  }
});

Deno.test("The acknowledgement of a PING is told with its round trip", () => {
  const end = client();
  end.now = 1_000;
  end.connection.pings.send("user", end.now);
  const [ping] = end.sent() as PingFrame[];
  end.takeEvents();
  end.now = 1_042;
  end.say((writer) => encodePing(writer, true, ping.opaqueData));
  assertEquals(end.takeEvents(), [{
    type: "ping-acked",
    purpose: "user",
    id: 1,
    rtt: 42,
  }]);
  assertEquals(end.connection.pings.recent[0].rtt, 42);
});

Deno.test("A user cannot have more than 1,000 PINGs unanswered", () => {
  const end = client();
  for (let i = 0; i < MAX_OUTSTANDING_PINGS; i++) {
    end.connection.pings.send("user", 0);
  }
  end.sent();
  assertThrows(
    () => end.connection.pings.send("user", 0),
    RangeError,
    "Cannot send a PING: too many are unanswered, await some of them first",
  );
  assertEquals(end.sent(), []);
  end.connection.pings.send("keepalive", 0);
  assertEquals(end.sent().length, 1);
});

Deno.test("PRIORITY and extension frames have no effect", () => {
  const end = server();
  const sent = end.say((writer) => {
    encodeFrame(writer, FrameType.PRIORITY, 0, 9, octets("00000007 ff"));
    encodeFrame(writer, 0x0a, 0xff, 0, octets("00"));
    encodeFrame(writer, 0xff, 0xff, 77, octets("00"));
  });
  assertEquals(sent, []);
  assertEquals(end.takeEvents(), []);
  assertEquals(end.streams.table.activeCount, 0);
});

Deno.test("Frames are counted as they are received", () => {
  const end = server();
  const before = end.counters.framesReceived;
  end.say((writer) => {
    encodePing(writer, false, new Uint8Array(8));
    encodeSettings(writer, []);
  });
  assertEquals(end.counters.framesReceived - before, 2);
});

Deno.test("A client's GOAWAY names stream 0, a server's the last it has seen", () => {
  // grpc-go's client names its own last stream, or 2^31-1 if it has none.
  const own = client();
  own.streams.sender.open(FIELDS, false);
  own.sent();
  own.connection.goaway(ErrorCode.NO_ERROR, "client transport shutdown");
  const end = server({ maxConcurrentStreams: 1 });
  end.say((writer) => {
    encodeFrame(writer, FrameType.HEADERS, 4, 1, BLOCK);
    encodeFrame(writer, FrameType.HEADERS, 4, 9, BLOCK);
  });
  end.connection.goaway(ErrorCode.INTERNAL_ERROR, "");
  const ids = [own, end].map(({ connection }) =>
    connection.goaways?.sent?.lastStreamId
  );
  assertEquals(ids, [0, 9]);
});

Deno.test("A GOAWAY carries code and debug text, and is told", () => {
  const end = server();
  end.connection.goaway(ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings");
  const goaway = { lastStreamId: 0, code: 0xb, debug: "too_many_pings" };
  assertEquals(end.takeEvents(), [{ type: "goaway-sent", ...goaway }]);
  assertEquals(end.connection.goaways?.sent, goaway);
  const [frame] = end.sent();
  assertEquals("errorCode" in frame && frame.errorCode, 0xb);
});
