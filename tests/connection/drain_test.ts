import { assertEquals } from "@std/assert";
import { DRAIN_PING_TIMEOUT } from "../../src/connection/drain.ts";
import {
  encodeData,
  encodeHeaders,
  encodePing,
  encodeRstStream,
  encodeWindowUpdate,
  ErrorCode,
  type Frame,
  FrameType,
  MAX_UINT31,
} from "../../src/frames/mod.ts";
import { serverParameters } from "../../src/session/mod.ts";
import { text } from "../harness/copied_frame.ts";
import { octets } from "../harness/octets.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";
import {
  BLOCK,
  client,
  type Endpoint,
  FIELDS,
  RESPONSE,
  server,
} from "./support.ts";

const DRAIN_PAYLOAD = octets("0106010800030309");

/** Frames in short: `GOAWAY 1 max_age`. */
function short(frames: Frame[]): string[] {
  const names = Object.keys(FrameType);
  return frames.map((frame) => {
    const name = names[frame.type as number];
    if (frame.type !== FrameType.GOAWAY) return `${name} ${frame.streamId}`;
    const { lastStreamId, errorCode, debugData } = frame;
    assertEquals(errorCode, ErrorCode.NO_ERROR);
    return `${name} ${lastStreamId} ${text(debugData)}`.trim();
  });
}

function draining(...ids: number[]): Endpoint {
  const end = server();
  for (const id of ids) open(end, id);
  assertEquals(end.connection.drain("graceful_stop", end.now), true);
  end.sent();
  end.takeEvents();
  return end;
}

function open(end: Endpoint, id: number): Frame[] {
  return end.say((writer) => encodeHeaders(writer, id, BLOCK, false, true));
}

function acknowledge(end: Endpoint, payload = DRAIN_PAYLOAD): string[] {
  return short(end.say((writer) => encodePing(writer, true, payload)));
}

/** A server's session with stream 1 open, and its drain announced. */
function drainingSession(): ScriptedPeer {
  const peer = new ScriptedPeer(serverParameters()).handshake();
  peer.headers(1);
  peer.command((session, now) => session.drain("graceful_stop", now));
  return peer;
}

Deno.test("60 DR-sequence: GOAWAY, PING, acknowledgement, GOAWAY, response, close", () => {
  const peer = drainingSession();
  peer.say((writer) => encodePing(writer, true, DRAIN_PAYLOAD));
  assertEquals(peer.session.state.kind, "draining");
  peer.command((session, now) => {
    session.streams.sendHeaders(1, RESPONSE, true, now);
    session.streams.reset(1, ErrorCode.NO_ERROR, now);
  });
  assertEquals(short(peer.sent.map(({ frame }) => frame)).slice(-5), [
    `GOAWAY ${MAX_UINT31} graceful_stop`,
    "PING 0",
    "GOAWAY 1 graceful_stop",
    "HEADERS 1",
    "RST_STREAM 1",
  ]);
  assertEquals(peer.pings[0].frame.opaqueData, DRAIN_PAYLOAD);
  const [{ reason }] = peer.eventsOf("closed");
  assertEquals(reason.kind, "drained");
});

Deno.test("61 DR-no-ack: the second GOAWAY comes after five seconds", () => {
  assertEquals(DRAIN_PING_TIMEOUT, 5_000);
  const end = draining(1);
  assertEquals(end.connection.deadline(), 5_000);
  end.connection.advance(4_999.9);
  assertEquals(end.sent(), []);
  end.connection.advance(5_000);
  assertEquals(short(end.sent()), ["GOAWAY 1 graceful_stop"]);
  assertEquals(end.connection.deadline(), Infinity);
  assertEquals(acknowledge(end), []);
});

Deno.test("62 DR-window-accepts: between the GOAWAYs streams are served", () => {
  const end = draining(1);
  open(end, 3);
  assertEquals(end.takeEvents().map(({ type }) => type), ["headers"]);
  assertEquals(acknowledge(end), ["GOAWAY 3 graceful_stop"]);
  assertEquals(end.connection.goaways?.drainState, {
    kind: "final",
    lastStreamId: 3,
  });
});

Deno.test("63 DR-after-second: later streams get no answer", () => {
  const end = draining(1);
  acknowledge(end);
  end.takeEvents();
  const sent = end.say((writer) => {
    encodeHeaders(writer, 5, BLOCK, false, true);
    encodeData(writer, 5, BLOCK, false);
    encodeWindowUpdate(writer, 5, 1);
    encodeData(writer, 5, BLOCK, true);
    encodeRstStream(writer, 5, ErrorCode.CANCEL);
    encodeHeaders(writer, 7, BLOCK, true, true);
  });
  assertEquals(sent, []);
  assertEquals(end.streams.table.activeCount, 1);
});

Deno.test("63 DR-after-second: their DATA is given back to the connection", () => {
  const end = draining(1);
  acknowledge(end);
  open(end, 5);
  const sent = [1, 2].flatMap(() =>
    end.say((writer) => encodeData(writer, 5, new Uint8Array(16_384), false))
  );
  const updates = sent.filter(({ type }) => type !== FrameType.PING);
  assertEquals(short(updates), ["WINDOW_UPDATE 0"]);
});

Deno.test("63 DR-after-second: a later GOAWAY does not name them", () => {
  const end = draining(1);
  acknowledge(end);
  open(end, 5);
  end.connection.goaway(ErrorCode.NO_ERROR, "");
  assertEquals(short(end.sent()), ["GOAWAY 1"]);
});

Deno.test("64 DR-double-ack: a second acknowledgement changes nothing", () => {
  const end = draining(1);
  assertEquals(acknowledge(end), ["GOAWAY 1 graceful_stop"]);
  assertEquals(acknowledge(end), []);
});

Deno.test("65 DR-foreign-ack: another payload does not end the wait", () => {
  const end = draining(1);
  const user = octets("70696e67 00000001");
  for (const payload of [new Uint8Array(8), user, octets("0106010800030308")]) {
    assertEquals(acknowledge(end, payload), []);
    assertEquals(end.connection.goaways?.drainState.kind, "announced");
  }
});

Deno.test("65 DR-foreign-ack: the answer to another PING does not end the wait", () => {
  const end = draining(1);
  end.connection.pings.send("keepalive", end.now);
  end.sent();
  assertEquals(acknowledge(end, new Uint8Array(8)), []);
  assertEquals(end.connection.goaways?.drainState.kind, "announced");
  assertEquals(acknowledge(end), ["GOAWAY 1 graceful_stop"]);
});

Deno.test("66 DR-no-streams: an idle connection is finished with the second GOAWAY", () => {
  const end = draining();
  assertEquals(end.connection.finished, false);
  assertEquals(acknowledge(end), ["GOAWAY 0 graceful_stop"]);
  assertEquals(end.connection.finished, true);
});

Deno.test("67 DR-fin-not-rst: a drained server waits for its client to close", () => {
  const peer = new ScriptedPeer(serverParameters()).handshake();
  peer.command((session, now) => session.drain("max_idle", now));
  peer.say((writer) => encodePing(writer, true, DRAIN_PAYLOAD));
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.closeMode, "linger");
});

Deno.test("68 DR-idempotent: the first drain counts, and its text", () => {
  const end = draining(1);
  assertEquals(end.connection.drain("max_age", end.now), false);
  assertEquals(end.sent(), []);
  assertEquals(acknowledge(end), ["GOAWAY 1 graceful_stop"]);
  assertEquals(end.connection.drain("max_age", end.now), false);
  assertEquals(end.sent(), []);
});

Deno.test("69 DR-pending-continues: an open stream goes on both ways", () => {
  const end = draining(1);
  acknowledge(end);
  end.takeEvents();
  const { streams } = end;
  streams.sender.sendHeaders(1, RESPONSE, false);
  streams.sender.sendData(1, new Uint8Array(10), false);
  assertEquals(short(end.sent()), ["HEADERS 1", "DATA 1"]);
  end.takeEvents();
  end.say((writer) => encodeData(writer, 1, BLOCK, true));
  assertEquals(end.takeEvents().map(({ type }) => type), ["data"]);
  assertEquals(end.connection.finished, false);
  streams.sender.sendHeaders(1, RESPONSE, true);
  assertEquals(end.connection.finished, true);
});

Deno.test("72 DR-then-stop: a close cuts off what a drain waits for", () => {
  const peer = drainingSession();
  peer.command((session, now) => session.close(now));
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.reason.kind, "local-close");
  assertEquals(peer.goaways.at(-1)?.frame.lastStreamId, 1);
});

Deno.test("73 DR-client-close: a client that leaves ends the drain at once", () => {
  const peer = drainingSession();
  peer.command((session, now) => session.receiveEnd(now));
  assertEquals(peer.closedAt, 0);
});

Deno.test("A client's drain says nothing, and is final at once", () => {
  const end = client();
  end.streams.sender.open(FIELDS, false);
  end.sent();
  assertEquals(end.connection.drain("done", 0), true);
  assertEquals(end.sent(), []);
  assertEquals(end.connection.goaways?.drainState, {
    kind: "final",
    lastStreamId: 0,
  });
  assertEquals(end.connection.finished, false);
  end.say((writer) => encodeRstStream(writer, 1, 0));
  assertEquals(end.connection.finished, true);
});
