import { assertEquals } from "@std/assert";
import { ErrorCode, FrameType } from "../../src/frames/mod.ts";
import type { EnforcementOptions } from "../../src/keepalive/mod.ts";
import { serverParameters } from "../../src/session/mod.ts";
import { text } from "../harness/copied_frame.ts";
import { FIELDS, ScriptedPeer } from "../harness/scripted_peer.ts";
import { VirtualPair } from "../harness/virtual_pair.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

function server(enforcement: EnforcementOptions = {}): ScriptedPeer {
  return new ScriptedPeer(serverParameters({ enforcement })).handshake();
}

/** Sends PINGs at these times, as long as the session is there. */
function pingAt(peer: ScriptedPeer, times: readonly number[]): void {
  for (const time of times) {
    peer.advanceTo(time);
    if (peer.closedAt === undefined) peer.ping();
  }
}

function every(interval: number, until: number): number[] {
  const count = Math.floor(until / interval);
  return Array.from({ length: count }, (_, i) => (i + 1) * interval);
}

function strikes(peer: ScriptedPeer): number[] {
  return peer.eventsOf("ping-strike").map(({ strikes }) => strikes);
}

function assertShownOut(peer: ScriptedPeer, at: number): void {
  assertEquals(peer.closedAt, at);
  const [goaway] = peer.goaways;
  assertEquals(goaway.frame.errorCode, ErrorCode.ENHANCE_YOUR_CALM);
  assertEquals(text(goaway.frame.debugData), "too_many_pings");
  assertEquals(peer.goaways.length, 1);
}

Deno.test("33 EN-no-rpc: a PING every 20 ms and no stream, the fourth is one too many, and the client learns it", () => {
  const pair = new VirtualPair({ server: { enforcement: { minTime: 1_000 } } });
  pair.runTo(0);
  for (let at = 20; at <= 80; at += 20) {
    pair.runTo(at);
    pair.command(({ client }, now) => client.ping(now));
  }
  assertEquals(pair.client.state.kind, "open");
  pair.runTo(80);
  const { state } = pair.client;
  assertEquals(state.kind === "closed" && state.reason.goaway, {
    lastStreamId: 0,
    code: ErrorCode.ENHANCE_YOUR_CALM,
    debug: "too_many_pings",
  });
});

Deno.test("34 EN-with-rpc: one silent stream, a PING every 50 ms, the fourth is one too many", () => {
  const peer = server({ minTime: 1 * SECOND });
  peer.headers(1);
  pingAt(peer, every(50, 500));
  assertShownOut(peer, 200);
  assertEquals(peer.goaways[0].frame.lastStreamId, 1);
});

Deno.test("35 EN-obey-no-rpc: an obeying client without streams, as permitted, is left alone", () => {
  const peer = server({ minTime: 40, permitWithoutStream: true, tolerance: 0 });
  pingAt(peer, every(50, 500));
  assertEquals(strikes(peer), []);
  assertEquals(peer.goaways, []);
});

Deno.test("36 EN-obey-with-rpc: an obeying client with a stream is left alone", () => {
  const peer = server({ minTime: 40, tolerance: 0 });
  peer.headers(1);
  pingAt(peer, every(50, 500));
  assertEquals(strikes(peer), []);
  assertEquals(peer.goaways, []);
});

Deno.test("37 EN-first-free: a PING right after the handshake is acknowledged and costs nothing", () => {
  const peer = server();
  peer.ping(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const acks = peer.framesOf(FrameType.PING);
  assertEquals(acks.map(({ frame }) => frame), [{
    type: FrameType.PING,
    streamId: 0,
    ack: true,
    opaqueData: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  }]);
  assertEquals(strikes(peer), []);
});

Deno.test("38 EN-count: minTime 300 s, PINGs at 10, 20, 30, 40 s: strikes 0, 1, 2, 3, and the GOAWAY comes after the fourth ACK", () => {
  const peer = server({ minTime: 300 * SECOND });
  peer.headers(1);
  pingAt(peer, [10, 20, 30].map((s) => s * SECOND));
  assertEquals(strikes(peer), [1, 2]);
  assertEquals(peer.goaways, []);
  pingAt(peer, [40 * SECOND]);
  assertEquals(strikes(peer), [1, 2, 3]);
  assertShownOut(peer, 40 * SECOND);
  const last = peer.sent.slice(-2).map(({ frame }) => frame.type);
  assertEquals(last, [FrameType.PING, FrameType.GOAWAY]);
  assertEquals(peer.framesOf(FrameType.PING).length, 4);
});

Deno.test("39 EN-boundary: PINGs exactly minTime apart are never early", () => {
  const peer = server({ minTime: 5 * MINUTE, tolerance: 0 });
  peer.headers(1);
  pingAt(peer, every(5 * MINUTE, 120 * MINUTE));
  assertEquals(strikes(peer), []);
});

Deno.test("39 EN-boundary: without tolerance one millisecond is early", () => {
  const peer = server({ minTime: 5 * MINUTE, tolerance: 0 });
  peer.headers(1);
  pingAt(peer, every(5 * MINUTE - 1, 20 * MINUTE));
  assertShownOut(peer, 20 * MINUTE - 4);
});

Deno.test("40 EN-two-hours: without a stream and a permit, PINGs 400 s apart are early: the fourth is one too many", () => {
  const peer = server();
  pingAt(peer, every(400 * SECOND, 2_000 * SECOND));
  assertEquals(strikes(peer), [1, 2, 3]);
  assertShownOut(peer, 1_600 * SECOND);
});

Deno.test("40 EN-two-hours: PINGs two hours apart are not", () => {
  const peer = server({ tolerance: 0 });
  pingAt(peer, every(120 * MINUTE, 24 * 60 * MINUTE));
  assertEquals(strikes(peer), []);
});

Deno.test("40 EN-two-hours: a minTime above two hours holds without a stream, too (A8: the maximum of both)", () => {
  const peer = server({ minTime: 180 * MINUTE });
  pingAt(peer, every(120 * MINUTE, 8 * 60 * MINUTE));
  assertShownOut(peer, 8 * 60 * MINUTE);
});

Deno.test("45 EN-no-decay: strikes of the morning count in the evening", () => {
  const hour = 60 * MINUTE;
  const peer = server({ minTime: 1 * MINUTE });
  peer.headers(1);
  pingAt(peer, [1_000, 2_000]);
  assertEquals(strikes(peer), [1]);
  pingAt(peer, every(hour, 6 * hour));
  assertEquals(strikes(peer), [1]);
  pingAt(peer, [6 * hour + 1, 6 * hour + 2]);
  assertEquals(strikes(peer), [1, 2, 3]);
  assertShownOut(peer, 6 * hour + 2);
});

Deno.test("an early PING counts as the last one, too: at 0.9 of minTime every PING is a strike, as in grpc-go", () => {
  const peer = server({ minTime: 10 * SECOND, tolerance: 0 });
  peer.headers(1);
  pingAt(peer, every(9 * SECOND, 60 * SECOND));
  assertShownOut(peer, 36 * SECOND);
});

Deno.test("46 EN-streams-after-goaway: what comes after the GOAWAY is ignored, and the socket is to linger", () => {
  const peer = server({ minTime: 1 * SECOND });
  peer.headers(1);
  pingAt(peer, [1, 2, 3, 4]);
  const sent = peer.sent.length;
  const events = peer.events.length;
  peer.headers(3);
  peer.ping();
  peer.advanceTo(60 * MINUTE);
  assertEquals(peer.sent.length, sent);
  assertEquals(peer.events.length, events);
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.closeMode, "linger");
});

Deno.test("46 EN-streams-after-goaway: the open stream of the client fails with the prior GOAWAY in the text", () => {
  const pair = new VirtualPair({ server: { enforcement: { minTime: 1_000 } } });
  pair.runTo(0);
  pair.command(({ client }, now) => client.streams.open(FIELDS, false, now));
  for (let at = 1; at <= 4; at++) {
    pair.command(({ client }, now) => client.ping(now));
    pair.runTo(at);
  }
  assertEquals(pair.client.state.kind, "draining");
  pair.command(({ client }, now) => client.receiveEnd(now));
  const { state } = pair.client;
  assertEquals(
    state.kind === "closed" && state.reason.message,
    'closing transport due to: connection error: desc = "error reading from server: EOF", received prior goaway: code: ENHANCE_YOUR_CALM, debug data: "too_many_pings"',
  );
});

Deno.test("a client accepts any number of PINGs of its server", () => {
  const pair = new VirtualPair();
  pair.runTo(0);
  for (let at = 1; at <= 1_000; at++) {
    pair.command(({ server }, now) => server.ping(now));
    pair.runTo(at);
  }
  assertEquals(pair.client.counters().pingsReceived, 1_000);
  assertEquals(pair.client.counters().pingStrikes, 0);
  assertEquals(pair.client.state.kind, "open");
});
