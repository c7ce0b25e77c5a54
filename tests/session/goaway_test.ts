import { assertEquals, assertThrows } from "@std/assert";
import {
  encodeData,
  encodeHeaders,
  ErrorCode,
  FrameType,
  MAX_UINT31,
} from "../../src/frames/mod.ts";
import { clientParameters, type CloseReason } from "../../src/session/mod.ts";
import { text } from "../harness/copied_frame.ts";
import {
  FIELDS,
  RESPONSE_BLOCK,
  ScriptedPeer,
} from "../harness/scripted_peer.ts";

/** A client with this many streams open: 1, 3, 5, … */
function client(streams = 0): ScriptedPeer {
  const keepalive = { time: 10_000, timeout: 1_000 };
  const peer = new ScriptedPeer(clientParameters({ keepalive })).handshake();
  for (let i = 0; i < streams; i++) {
    peer.command((session, now) => session.streams.open(FIELDS, false, now));
  }
  peer.sent.length = 0;
  return peer;
}

function closeReason(peer: ScriptedPeer): CloseReason {
  const { state } = peer.session;
  if (state.kind !== "closed") throw new Error(`It is ${state.kind}`);
  return state.reason;
}

/** The streams that failed, and whether they may be sent again. */
function resets(peer: ScriptedPeer): [id: number, unprocessed: boolean][] {
  return peer.eventsOf("reset").map((event) => [
    event.streamId,
    event.unprocessed,
  ]);
}

/** The server answers a stream and ends it; so does the client. */
function finish(peer: ScriptedPeer, id: number): void {
  peer.headers(id, true);
  peer.command((session, now) =>
    session.streams.sendData(id, new Uint8Array(0), true, now)
  );
}

Deno.test("74 GC-idle-close: without streams the client closes at GOAWAY(0, NO_ERROR), and sends no GOAWAY of its own", () => {
  const peer = client();
  peer.advanceTo(500);
  peer.goaway(0, ErrorCode.NO_ERROR, "graceful_stop");
  assertEquals(peer.closedAt, 500);
  assertEquals(closeReason(peer).kind, "goaway");
  assertEquals(peer.sent, []);
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.closeMode, "flush");
});

Deno.test("74 GC-idle-close: at the first GOAWAY of a drain, too: there is nothing to wait for", () => {
  const peer = client();
  peer.goaway(MAX_UINT31, ErrorCode.NO_ERROR, "max_idle");
  assertEquals(peer.closedAt, 0);
});

Deno.test("77 GC-two-phase: GOAWAY(2^31-1) fails nothing, GOAWAY(1) fails stream 3", () => {
  const peer = client(2);
  peer.goaway(MAX_UINT31, ErrorCode.NO_ERROR, "max_age");
  assertEquals(resets(peer), []);
  peer.goaway(1, ErrorCode.NO_ERROR, "max_age");
  assertEquals(resets(peer), [[3, true]]);
  assertEquals(peer.session.streams.active, 1);
  assertEquals(peer.framesOf(FrameType.RST_STREAM), []);
  finish(peer, 1);
  assertEquals(closeReason(peer).kind, "goaway");
  assertEquals(peer.sent.length, 1, "the DATA that ended stream 1");
});

Deno.test("77 GC-two-phase: streams at or below the last identifier go on in both directions", () => {
  const peer = client(3);
  peer.goaway(3, ErrorCode.NO_ERROR, "max_age");
  assertEquals(resets(peer), [[5, true]]);
  peer.command((session, now) =>
    session.streams.sendData(1, new Uint8Array(9), false, now)
  );
  const [{ frame }] = peer.framesOf(FrameType.DATA);
  assertEquals("data" in frame && frame.data.length, 9);
  peer.say((writer) => {
    encodeHeaders(writer, 3, RESPONSE_BLOCK, false, true);
    encodeData(writer, 3, new Uint8Array(4), false);
  });
  assertEquals(peer.eventsOf("data").length, 1);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("77 GC-two-phase: a lower second identifier fails the streams between both", () => {
  const peer = client(4);
  peer.goaway(5);
  assertEquals(resets(peer), [[7, true]]);
  peer.goaway(1);
  assertEquals(resets(peer), [[7, true], [3, true], [5, true]]);
});

Deno.test("77 GC-two-phase: late frames of a stream that the server gave up are ignored", () => {
  const peer = client(2);
  peer.goaway(1);
  peer.headers(3);
  peer.rstStream(3, ErrorCode.REFUSED_STREAM);
  assertEquals(resets(peer), [[3, true]]);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("no stream opens after a GOAWAY", () => {
  const peer = client(1);
  peer.goaway(MAX_UINT31, ErrorCode.NO_ERROR, "max_age");
  assertThrows(
    () => peer.session.streams.open(FIELDS, true, 0),
    TypeError,
    "Cannot open a stream: the client is draining",
  );
  assertEquals(peer.session.streams.active, 1);
});

Deno.test("78 GC-increasing: GOAWAY(1), then GOAWAY(3) is a connection error, while grpc-go does not act on it", () => {
  const peer = client(1);
  peer.goaway(1);
  assertEquals(peer.closedAt, undefined);
  peer.goaway(3);
  const { kind, by, code, debug, message } = closeReason(peer);
  const violation =
    "received goaway with stream id: 3, which exceeds stream id of previous goaway: 1 (PROTOCOL_ERROR)";
  assertEquals([kind, by, code], [
    "protocol-error",
    "local",
    ErrorCode.PROTOCOL_ERROR,
  ]);
  assertEquals(debug, violation);
  assertEquals(
    message,
    `closing transport due to: connection error: desc = "${violation}", received prior goaway: code: NO_ERROR`,
  );
  const [{ frame }] = peer.goaways;
  assertEquals(frame.lastStreamId, 0);
  assertEquals(frame.errorCode, ErrorCode.PROTOCOL_ERROR);
  assertEquals(text(frame.debugData), violation);
});

Deno.test("78 GC-increasing: the same identifier again is none", () => {
  const peer = client(1);
  peer.goaway(1);
  peer.goaway(1);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("79 GC-even-id: GOAWAY(2) is a connection error, while grpc-go does not act on it", () => {
  const peer = client(1);
  peer.goaway(2);
  const { kind, code, message, goaway } = closeReason(peer);
  assertEquals([kind, code], ["protocol-error", ErrorCode.PROTOCOL_ERROR]);
  assertEquals(
    message,
    "received goaway with non-zero even-numbered stream id: 2 (PROTOCOL_ERROR)",
  );
  assertEquals(goaway, undefined);
  assertEquals(peer.goaways[0].frame.errorCode, ErrorCode.PROTOCOL_ERROR);
});

Deno.test("80 GC-nonzero-code: after GOAWAY(1, INTERNAL_ERROR) stream 1 may still finish", () => {
  const peer = client(1);
  peer.goaway(1, ErrorCode.INTERNAL_ERROR);
  assertEquals(peer.session.state.kind, "draining");
  finish(peer, 1);
  const { kind, code, message } = closeReason(peer);
  assertEquals([kind, code], ["goaway", ErrorCode.INTERNAL_ERROR]);
  assertEquals(message, "received goaway: code: INTERNAL_ERROR");
  assertEquals(peer.session.counters().streamsSucceeded, 1);
});

Deno.test("80 GC-nonzero-code: if the socket dies, the code is in the text", () => {
  const ends: [end: (peer: ScriptedPeer) => void, desc: string][] = [
    [(peer) => peer.session.receiveEnd(0), "EOF"],
    [(peer) => peer.session.receiveError("Broken pipe", 0), "Broken pipe"],
  ];
  for (const [end, desc] of ends) {
    const peer = client(1);
    peer.goaway(1, ErrorCode.INTERNAL_ERROR);
    end(peer);
    assertEquals(
      closeReason(peer).message,
      `closing transport due to: connection error: desc = "error reading from server: ${desc}", received prior goaway: code: INTERNAL_ERROR`,
    );
  }
});

Deno.test("80 GC-nonzero-code: a code that no RFC defines is kept", () => {
  const peer = client();
  peer.goaway(0, 0xdead_beef, "?");
  const { code, message } = closeReason(peer);
  assertEquals(code, 0xdead_beef);
  assertEquals(message, 'received goaway: code: 0xdeadbeef, debug data: "?"');
});

Deno.test("81 GC-then-close: a connection that dies after its GOAWAY fails its own streams, and no other connection", () => {
  const old = client(1);
  old.goaway(1, ErrorCode.NO_ERROR, "draining");
  const fresh = client(1);
  old.advanceTo(2_000);
  old.command((session, now) => session.receiveEnd(now));
  assertEquals(
    closeReason(old).message,
    'closing transport due to: connection error: desc = "error reading from server: EOF", received prior goaway: code: NO_ERROR, debug data: "draining"',
  );
  assertEquals(old.session.counters().streamsFailed, 1);
  assertEquals(fresh.session.state.kind, "open");
  assertEquals(fresh.session.streams.active, 1);
});

Deno.test("84 GC-client-sends: a client that closes says GOAWAY NO_ERROR, client transport shutdown; the last stream is 0, while grpc-go names its own (RFC 9113: the last stream of the peer)", () => {
  for (const streams of [0, 3]) {
    const peer = client(streams);
    peer.command((session, now) => session.close(now));
    const [{ frame }] = peer.goaways;
    assertEquals(frame.lastStreamId, 0);
    assertEquals(frame.errorCode, ErrorCode.NO_ERROR);
    assertEquals(text(frame.debugData), "client transport shutdown");
    assertEquals(peer.goaways.length, 1);
    assertEquals(closeReason(peer).kind, "local-close");
  }
});

Deno.test("86 TM-exact-match: code and debug data are told apart, so that only ENHANCE_YOUR_CALM with exactly too_many_pings is that", () => {
  const said: [code: number, debug: string, told: string][] = [
    [ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings", "too_many_pings"],
    [ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings ", "too_many_pings "],
    [ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings\0", "too_many_pings\\x00"],
    [ErrorCode.ENHANCE_YOUR_CALM, "Too_many_pings", "Too_many_pings"],
    [ErrorCode.ENHANCE_YOUR_CALM, "", ""],
    [ErrorCode.NO_ERROR, "too_many_pings", "too_many_pings"],
  ];
  for (const [code, debug, told] of said) {
    const peer = client();
    peer.goaway(0, code, debug);
    assertEquals(closeReason(peer).goaway, {
      lastStreamId: 0,
      code,
      debug: told,
    });
  }
});

Deno.test("88 TM-first-goaway-only: a too_many_pings that follows a graceful GOAWAY is heard, but the first stays the reason", () => {
  const peer = client(1);
  peer.goaway(MAX_UINT31, ErrorCode.NO_ERROR, "max_age");
  peer.goaway(1, ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings");
  assertEquals(
    peer.eventsOf("goaway-received").map(({ code, debug }) => [code, debug]),
    [
      [ErrorCode.NO_ERROR, "max_age"],
      [ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings"],
    ],
  );
  const draining = peer.eventsOf("draining");
  assertEquals(draining.map(({ by, reason }) => [by, reason]), [
    ["peer", "max_age"],
  ]);
  peer.command((session, now) => session.receiveEnd(now));
  assertEquals(closeReason(peer).goaway, {
    lastStreamId: 1,
    code: ErrorCode.NO_ERROR,
    debug: "max_age",
  });
});

Deno.test("after a GOAWAY the client still acknowledges PINGs, and its own keepalive goes on", () => {
  const peer = client(1);
  peer.goaway(1, ErrorCode.NO_ERROR, "max_age");
  peer.ping();
  assertEquals(peer.framesOf(FrameType.PING).length, 1);
  peer.advanceTo(10_000);
  assertEquals(peer.pingTimes, [10_000]);
});
