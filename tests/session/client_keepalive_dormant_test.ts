import { assertEquals } from "@std/assert";
import { type Frame, FrameType } from "../../src/frames/mod.ts";
import {
  FIELDS,
  RESPONSE,
  type ScriptedPeer,
} from "../harness/scripted_peer.ts";
import { steadyLink, VirtualPair } from "../harness/virtual_pair.ts";
import { clientOf, open } from "./client_keepalive_peer.ts";

/** The server answers on a stream and ends it; the client has ended it, too. */
function finish(peer: ScriptedPeer, streamId: number): void {
  peer.headers(streamId, true);
}

/** A client that is dormant at 100, after a stream from 0 to 5. */
function dormant(): ScriptedPeer {
  const peer = clientOf({ time: 10, timeout: 25 });
  const id = open(peer, true);
  peer.advanceTo(5);
  finish(peer, id);
  peer.advanceTo(100);
  return peer;
}

function typesSince(peer: ScriptedPeer, at: number): Frame["type"][] {
  return peer.sent.filter((sent) => sent.at >= at).map(({ frame }) =>
    frame.type
  );
}

Deno.test("15 KC-dormant: when streams have ended no PING is sent and no timer runs", () => {
  const peer = dormant();
  assertEquals(peer.pingTimes, []);
  assertEquals(peer.eventsOf("keepalive-dormant"), [
    { at: 15, type: "keepalive-dormant" },
  ]);
  assertEquals(peer.session.deadline(), Infinity);
  peer.advanceTo(1e9);
  assertEquals(peer.pingTimes, []);
});

Deno.test("15 KC-dormant: reads do not end it, and start no timer", () => {
  const peer = dormant();
  peer.ping();
  assertEquals(peer.session.keepaliveState, { kind: "dormant" });
  assertEquals(peer.session.deadline(), Infinity);
});

Deno.test("15 KC-dormant: a server with a minTime of ten times the client's time sees no strike", () => {
  const pair = new VirtualPair({
    client: { keepalive: { time: 10, timeout: 25, minimumTime: 1 } },
    server: { enforcement: { minTime: 100 } },
    link: steadyLink(1),
  });
  pair.runTo(5);
  pair.command(({ client }, now) => client.streams.open(FIELDS, true, now));
  pair.runTo(6);
  pair.command(({ server }, now) =>
    server.streams.sendHeaders(1, RESPONSE, true, now)
  );
  pair.runTo(10_000);
  assertEquals(pair.client.keepaliveState, { kind: "dormant" });
  assertEquals(pair.server.counters().pingsReceived, 0);
  assertEquals(pair.server.counters().pingStrikes, 0);
});

Deno.test("16 KC-wake-ping: a stream sends HEADERS and then a PING at once; a dead server is noticed a timeout later", () => {
  const peer = dormant();
  open(peer);
  assertEquals(typesSince(peer, 100), [FrameType.HEADERS, FrameType.PING]);
  assertEquals(peer.eventsOf("keepalive-woken"), [
    { at: 100, type: "keepalive-woken" },
  ]);
  peer.advanceTo(1_000);
  assertEquals(peer.pingTimes, [100]);
  assertEquals(peer.closedAt, 125);
});

Deno.test("16 KC-wake-ping: a live server answers, and the next PING follows a time later", () => {
  const peer = dormant();
  peer.acknowledges = 2;
  open(peer);
  peer.advanceTo(125);
  assertEquals(peer.pingTimes, [100, 112, 124]);
});

Deno.test("16 KC-wake-ping: the second stream of a burst sends no second PING", () => {
  const peer = dormant();
  open(peer);
  open(peer);
  assertEquals(typesSince(peer, 100), [
    FrameType.HEADERS,
    FrameType.PING,
    FrameType.HEADERS,
  ]);
});

Deno.test("16 KC-wake-ping: the PING stays when its stream ends, and is forgiven", () => {
  const peer = dormant();
  const id = open(peer);
  peer.command((session, now) => session.streams.reset(id, 8, now));
  assertEquals(peer.pingTimes, [100]);
  peer.advanceTo(1_000);
  assertEquals(peer.session.state.kind, "open");
  assertEquals(peer.session.keepaliveState, { kind: "dormant" });
});

Deno.test("17 KC-not-dormant-yet: a stream within the time of the last read sends no PING; it is due at lastRead + time", () => {
  const peer = clientOf({ time: 10, timeout: 25 });
  const id = open(peer, true);
  peer.advanceTo(5);
  finish(peer, id);
  peer.advanceTo(14);
  open(peer);
  assertEquals(peer.pingTimes, []);
  peer.advanceTo(15);
  assertEquals(peer.pingTimes, [15]);
  assertEquals(peer.eventsOf("keepalive-dormant"), []);
});

for (const [timeout, dormantAt] of [[25, 20], [4, 14]]) {
  Deno.test(`18 KC-forgive-on-dormancy: time 10, timeout ${timeout}: a PING that is out when the last stream ends is forgiven at ${dormantAt}, and a fresh one wakes`, () => {
    const peer = clientOf({ time: 10, timeout });
    const id = open(peer);
    peer.advanceTo(10);
    assertEquals(peer.pingTimes, [10]);
    peer.advanceTo(12);
    peer.command((session, now) => session.streams.reset(id, 8, now));
    peer.advanceTo(500);
    assertEquals(peer.session.state.kind, "open");
    assertEquals(peer.eventsOf("keepalive-dormant"), [
      { at: dormantAt, type: "keepalive-dormant" },
    ]);
    open(peer);
    assertEquals(peer.pingTimes, [10, 500]);
    peer.advanceTo(1_000);
    assertEquals(peer.closedAt, 500 + timeout);
  });
}
