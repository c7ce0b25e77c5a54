import { assert, assertEquals } from "@std/assert";
import {
  encodeContinuation,
  encodeData,
  encodeHeaders,
  encodePing,
  encodeWindowUpdate,
  ErrorCode,
  FrameType,
  MAX_UINT31,
} from "../../src/frames/mod.ts";
import { serverParameters } from "../../src/session/mod.ts";
import { BLOCK, RESPONSE, ScriptedPeer } from "../harness/scripted_peer.ts";

/** A server that has sent its final GOAWAY, with stream 3 still open. */
function drained(): ScriptedPeer {
  const peer = new ScriptedPeer(serverParameters()).handshake();
  peer.headers(1, true);
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, true, now)
  );
  peer.headers(3);
  peer.command((session, now) => session.drain("max_age", now));
  peer.say((writer) =>
    encodePing(writer, true, Uint8Array.of(1, 6, 1, 8, 0, 3, 3, 9))
  );
  const ids = peer.goaways.map(({ frame }) => frame.lastStreamId);
  assertEquals(ids, [MAX_UINT31, 3]);
  peer.sent.length = 0;
  peer.events.length = 0;
  return peer;
}

function assertUnimpressed(peer: ScriptedPeer): void {
  assertEquals(peer.sent, []);
  assertEquals(peer.events, []);
  assertEquals(peer.session.streams.active, 1);
  assertEquals(peer.closedAt, undefined);
}

Deno.test("63 DR-after-second: HEADERS of a new stream are dropped, without RST_STREAM", () => {
  const peer = drained();
  peer.headers(5);
  peer.headers(9, true);
  assertUnimpressed(peer);
});

Deno.test("63 DR-after-second: a whole call that was under way is dropped, and the connection lives", () => {
  const peer = drained();
  peer.say((writer) => {
    encodeHeaders(writer, 5, BLOCK, false, true);
    encodeData(writer, 5, new Uint8Array(100), true);
  });
  assertUnimpressed(peer);
});

Deno.test("63 DR-after-second: so are its CONTINUATION, WINDOW_UPDATE and RST_STREAM", () => {
  const peer = drained();
  peer.say((writer) => {
    encodeHeaders(writer, 5, BLOCK, false, false);
    encodeContinuation(writer, 5, BLOCK, true);
    encodeData(writer, 5, new Uint8Array(0), false);
    encodeWindowUpdate(writer, 5, 1_000);
  });
  peer.rstStream(5, ErrorCode.CANCEL);
  assertUnimpressed(peer);
});

Deno.test("63 DR-after-second: its DATA are credited to the connection window", () => {
  const peer = drained();
  peer.headers(5);
  for (let i = 0; i < 40; i++) {
    peer.say((writer) => encodeData(writer, 5, new Uint8Array(16_000), false));
  }
  assertEquals(peer.closedAt, undefined);
  const updates = peer.framesOf(FrameType.WINDOW_UPDATE);
  assert(updates.length > 0);
  assert(updates.every(({ frame }) => frame.streamId === 0));
  assertEquals(peer.sent.length - updates.length, peer.pings.length);
});

Deno.test("63 DR-after-second: even identifiers stay an error", () => {
  const peer = drained();
  peer.headers(6);
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.reason.kind, "protocol-error");
});

Deno.test("63 DR-after-second: PINGs are still acknowledged", () => {
  const peer = drained();
  peer.ping();
  assertEquals(peer.framesOf(FrameType.PING).length, 1);
});

Deno.test("63 DR-after-second: dropped streams are not active: the last served one ends the connection", () => {
  const peer = drained();
  peer.headers(5);
  peer.rstStream(3);
  assertEquals(peer.closedAt, 0);
  assertEquals(peer.session.counters().streamsStarted, 2);
});

Deno.test("the ACK of the drain and the frames behind it may arrive in one piece: what follows the ACK is dropped", () => {
  const peer = new ScriptedPeer(serverParameters()).handshake();
  peer.headers(1);
  peer.command((session, now) => session.drain("max_age", now));
  peer.say((writer) => {
    encodeHeaders(writer, 3, BLOCK, true, true);
    encodePing(writer, true, Uint8Array.of(1, 6, 1, 8, 0, 3, 3, 9));
    encodeHeaders(writer, 5, BLOCK, false, true);
    encodeData(writer, 5, new Uint8Array(10), true);
  });
  const ids = peer.goaways.map(({ frame }) => frame.lastStreamId);
  assertEquals(ids, [MAX_UINT31, 3]);
  const opened = peer.eventsOf("headers").map(({ streamId }) => streamId);
  assertEquals(opened, [1, 3]);
  assertEquals(peer.closedAt, undefined);
});
