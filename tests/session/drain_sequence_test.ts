import { assertEquals } from "@std/assert";
import {
  encodeData,
  encodePing,
  ErrorCode,
  type Frame,
  FrameType,
  MAX_UINT31,
} from "../../src/frames/mod.ts";
import { serverParameters } from "../../src/session/mod.ts";
import { text } from "../harness/copied_frame.ts";
import { RESPONSE, ScriptedPeer } from "../harness/scripted_peer.ts";

const DRAIN_PAYLOAD = Uint8Array.of(1, 6, 1, 8, 0, 3, 3, 9);

function server(): ScriptedPeer {
  const peer = new ScriptedPeer(serverParameters()).handshake();
  peer.sent.length = 0;
  return peer;
}

function drain(peer: ScriptedPeer, reason = "graceful_stop"): void {
  peer.command((session, now) => session.drain(reason, now));
}

/** The client acknowledges a PING. */
function acknowledge(peer: ScriptedPeer, payload = DRAIN_PAYLOAD): void {
  peer.say((writer) => encodePing(writer, true, payload));
}

function lastStreamIds(peer: ScriptedPeer): number[] {
  return peer.goaways.map(({ frame }) => frame.lastStreamId);
}

function kindOfEnd(peer: ScriptedPeer): string | undefined {
  const { state } = peer.session;
  return state.kind === "closed" ? state.reason.kind : undefined;
}

function describe(frame: Frame): string {
  switch (frame.type) {
    case FrameType.GOAWAY:
      return `GOAWAY ${frame.lastStreamId} ${frame.errorCode} ${
        text(frame.debugData)
      }`;
    case FrameType.PING:
      return `PING ${frame.ack} ${frame.opaqueData}`;
    case FrameType.HEADERS:
      return `HEADERS ${frame.streamId} ${frame.endStream}`;
    case FrameType.RST_STREAM:
      return `RST_STREAM ${frame.streamId} ${frame.errorCode}`;
    default:
      return `${frame.type}`;
  }
}

Deno.test("60 DR-sequence: GOAWAY(2^31-1), PING, its ACK, GOAWAY(1), trailers, RST_STREAM(NO_ERROR), close", () => {
  const peer = server();
  peer.headers(1);
  drain(peer);
  assertEquals(peer.session.state.kind, "draining");
  acknowledge(peer);
  assertEquals(peer.closedAt, undefined);
  peer.command((session, now) => {
    session.streams.sendHeaders(1, RESPONSE, true, now);
    session.streams.reset(1, ErrorCode.NO_ERROR, now);
  });
  assertEquals(peer.sent.map(({ frame }) => describe(frame)), [
    `GOAWAY ${MAX_UINT31} 0 graceful_stop`,
    "PING false 1,6,1,8,0,3,3,9",
    "GOAWAY 1 0 graceful_stop",
    "HEADERS 1 true",
    "RST_STREAM 1 0",
  ]);
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.reason.kind, "drained");
  assertEquals(state.kind === "closed" && state.closeMode, "linger");
});

Deno.test("60 DR-sequence: the events tell it in the same order", () => {
  const peer = server();
  peer.headers(1);
  peer.events.length = 0;
  drain(peer);
  peer.advanceTo(3);
  acknowledge(peer);
  peer.rstStream(1);
  const told = peer.events.map((event) =>
    "purpose" in event ? `${event.type} ${event.purpose}` : event.type
  );
  assertEquals(told, [
    "draining",
    "goaway-sent",
    "ping-sent drain",
    "ping-acked drain",
    "goaway-sent",
    "reset",
    "closed",
  ]);
});

Deno.test("61 DR-no-ack: without the ACK the second GOAWAY comes after 5 s", () => {
  const peer = server();
  peer.headers(1);
  peer.advanceTo(1_000);
  drain(peer);
  peer.advanceTo(5_999);
  assertEquals(peer.goaways.length, 1);
  peer.advanceTo(60_000);
  assertEquals(peer.goaways.map(({ at }) => at), [1_000, 6_000]);
});

Deno.test("61 DR-no-ack: an ACK that comes later changes nothing", () => {
  const peer = server();
  peer.headers(1);
  drain(peer);
  peer.advanceTo(7_000);
  acknowledge(peer);
  assertEquals(lastStreamIds(peer), [MAX_UINT31, 1]);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("62 DR-window-accepts: a stream that opens between the GOAWAYs is served, and counts", () => {
  const peer = server();
  peer.headers(1);
  drain(peer);
  peer.headers(3);
  assertEquals(peer.eventsOf("headers").map(({ streamId }) => streamId), [
    1,
    3,
  ]);
  acknowledge(peer);
  assertEquals(lastStreamIds(peer), [MAX_UINT31, 3]);
  peer.command((session, now) =>
    session.streams.sendHeaders(3, RESPONSE, false, now)
  );
  assertEquals(peer.framesOf(FrameType.HEADERS).length, 1);
});

Deno.test("62 DR-window-accepts: the last stream counts even if it has ended, or was refused", () => {
  const parameters = serverParameters({ maxConcurrentStreams: 1 });
  const peer = new ScriptedPeer(parameters).handshake();
  peer.headers(1);
  drain(peer);
  peer.headers(3);
  assertEquals(peer.framesOf(FrameType.RST_STREAM).length, 1);
  acknowledge(peer);
  assertEquals(lastStreamIds(peer), [MAX_UINT31, 3]);
});

Deno.test("64 DR-double-ack: a second ACK of the drain PING is ignored", () => {
  const peer = server();
  peer.headers(1);
  drain(peer);
  acknowledge(peer);
  acknowledge(peer);
  assertEquals(lastStreamIds(peer), [MAX_UINT31, 1]);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("65 DR-foreign-ack: an ACK with another payload does not trigger the second GOAWAY", () => {
  const peer = server();
  peer.headers(1);
  peer.command((session, now) => session.ping(now));
  const [ping] = peer.pings;
  drain(peer);
  acknowledge(peer, new Uint8Array(8));
  acknowledge(peer, Uint8Array.of(1, 6, 1, 8, 0, 3, 3, 8));
  acknowledge(peer, ping.frame.opaqueData as Uint8Array<ArrayBuffer>);
  assertEquals(lastStreamIds(peer), [MAX_UINT31]);
  acknowledge(peer);
  assertEquals(lastStreamIds(peer), [MAX_UINT31, 1]);
});

Deno.test("65 DR-foreign-ack: an ACK that came before the drain does not count, while in grpc-go a client may send it ahead", () => {
  const peer = server();
  peer.headers(1);
  acknowledge(peer);
  drain(peer);
  assertEquals(lastStreamIds(peer), [MAX_UINT31]);
  peer.advanceTo(4_999);
  assertEquals(lastStreamIds(peer), [MAX_UINT31]);
});

Deno.test("66 DR-no-streams: an idle connection closes with the ACK", () => {
  const peer = server();
  drain(peer);
  assertEquals(peer.closedAt, undefined);
  peer.advanceTo(30);
  acknowledge(peer);
  assertEquals(lastStreamIds(peer), [MAX_UINT31, 0]);
  assertEquals(peer.closedAt, 30);
  assertEquals(kindOfEnd(peer), "drained");
});

Deno.test("66 DR-no-streams: a client that closes at the first GOAWAY, as all of gRPC do, completes the drain", () => {
  for (const end of ["EOF", "reset"]) {
    const peer = server();
    drain(peer, "max_idle");
    peer.command((session, now) =>
      end === "EOF"
        ? session.receiveEnd(now)
        : session.receiveError("Connection reset by peer", now)
    );
    assertEquals(kindOfEnd(peer), "drained");
  }
});

Deno.test("68 DR-idempotent: of several drains the first counts", () => {
  const peer = server();
  peer.headers(1);
  for (const reason of ["max_age", "graceful_stop", "max_idle"]) {
    drain(peer, reason);
  }
  acknowledge(peer);
  drain(peer, "draining");
  assertEquals(peer.eventsOf("draining").length, 1);
  assertEquals(
    peer.goaways.map(({ frame }) => text(frame.debugData)),
    ["max_age", "max_age"],
  );
  assertEquals(peer.pings.length, 1);
  peer.rstStream(1);
  assertEquals(peer.closedAt, 0);
});

Deno.test("69 DR-pending-continues: an open stream goes on in both directions, after either GOAWAY", () => {
  const peer = server();
  peer.headers(1);
  drain(peer);
  for (const acknowledged of [false, true]) {
    if (acknowledged) acknowledge(peer);
    peer.events.length = 0;
    peer.sent.length = 0;
    peer.say((writer) => encodeData(writer, 1, new Uint8Array(5), false));
    assertEquals(peer.eventsOf("data").map(({ data }) => data.length), [5]);
    peer.command((session, now) => {
      if (!acknowledged) session.streams.sendHeaders(1, RESPONSE, false, now);
      session.streams.sendData(1, new Uint8Array(7), false, now);
    });
    const [{ frame }, ...others] = peer.framesOf(FrameType.DATA);
    assertEquals("data" in frame && frame.data.length, 7);
    assertEquals(others, []);
  }
  assertEquals(peer.closedAt, undefined);
});

Deno.test("72 DR-then-stop: close() ends a drain at once, with a GOAWAY that does not grow", () => {
  for (const acknowledged of [false, true]) {
    const peer = server();
    peer.headers(1);
    drain(peer);
    if (acknowledged) acknowledge(peer);
    peer.command((session, now) => session.close(now));
    assertEquals(kindOfEnd(peer), "local-close");
    const ids = lastStreamIds(peer);
    assertEquals(ids, acknowledged ? [MAX_UINT31, 1, 1] : [MAX_UINT31, 1]);
    assertEquals(peer.session.counters().streamsFailed, 1);
  }
});

Deno.test("73 DR-client-close: a client that leaves a drain with an open stream ends it at once", () => {
  const peer = server();
  peer.headers(1);
  drain(peer);
  acknowledge(peer);
  peer.goaway(0, ErrorCode.NO_ERROR, "client transport shutdown");
  assertEquals(peer.closedAt, undefined);
  peer.command((session, now) => session.receiveEnd(now));
  assertEquals(peer.closedAt, 0);
  assertEquals(kindOfEnd(peer), "goaway");
});

Deno.test("73 DR-client-close: without a GOAWAY of its own it has broken off its streams, so the drain is not complete", () => {
  for (const acknowledged of [false, true]) {
    const peer = server();
    peer.headers(1);
    drain(peer);
    if (acknowledged) acknowledge(peer);
    peer.command((session, now) => session.receiveEnd(now));
    assertEquals(kindOfEnd(peer), "end-of-stream");
  }
});
