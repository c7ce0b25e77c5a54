import { assertEquals } from "@std/assert";
import {
  encodeData,
  encodePing,
  encodeSettings,
  ErrorCode,
  FrameType,
} from "../../src/frames/mod.ts";
import { serverParameters } from "../../src/session/mod.ts";
import { octets } from "../harness/octets.ts";
import { RESPONSE, ScriptedPeer } from "../harness/scripted_peer.ts";

/** A PING that is no acknowledgement. */
const PING = octets("000008 06 00 00000000 0000000000000000");

/** A server with an open stream, one early PING from showing the client out. */
function twoStrikes(): ScriptedPeer {
  const enforcement = { minTime: 60_000 };
  const peer = new ScriptedPeer(serverParameters({ enforcement })).handshake();
  peer.headers(1);
  early(peer, 3);
  assertEquals(lastStrike(peer), 2);
  return peer;
}

/** Sends PINGs that come too early, if the session is there. */
function early(peer: ScriptedPeer, count: number): void {
  for (let i = 0; i < count && peer.closedAt === undefined; i++) {
    peer.advanceTo(peer.now + 1);
    peer.ping();
  }
}

function lastStrike(peer: ScriptedPeer): number | undefined {
  return peer.eventsOf("ping-strike").at(-1)?.strikes;
}

Deno.test("41 EN-reset-headers: after response HEADERS the next PING is free, and three more early ones are needed", () => {
  const peer = twoStrikes();
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, false, now)
  );
  early(peer, 1);
  assertEquals(peer.eventsOf("ping-strike").length, 2);
  early(peer, 2);
  assertEquals(lastStrike(peer), 2);
  assertEquals(peer.closedAt, undefined);
  early(peer, 1);
  assertEquals(lastStrike(peer), 3);
  assertEquals(peer.closedAt, peer.now);
});

Deno.test("41 EN-reset-headers: trailers clear strikes, too", () => {
  const peer = twoStrikes();
  peer.headers(3);
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, true, now)
  );
  early(peer, 3);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("41 EN-reset-headers: one message makes one PING free, not two", () => {
  const peer = twoStrikes();
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, false, now)
  );
  early(peer, 2);
  assertEquals(lastStrike(peer), 1);
});

Deno.test("42 EN-reset-data-chunks: each DATA frame of one large message makes the next PING free", () => {
  const peer = twoStrikes();
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, false, now)
  );
  const { session } = peer;
  session.streams.sendData(1, new Uint8Array(60_000), false, peer.now);
  let batches = 0;
  while (session.streams.queuedOctets(1) > 0) {
    session.takeOutput();
    batches++;
    peer.now++;
    session.receive(PING, peer.now);
  }
  peer.command(() => {});
  assertEquals(batches, 4);
  assertEquals(peer.eventsOf("ping-strike").length, 2);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("43 EN-no-reset: RST_STREAM does not clear strikes", () => {
  const peer = twoStrikes();
  peer.headers(3);
  peer.command((session, now) =>
    session.streams.reset(3, ErrorCode.CANCEL, now)
  );
  assertEquals(peer.framesOf(FrameType.RST_STREAM).length, 1);
  early(peer, 1);
  assertEquals(peer.closedAt, peer.now);
});

Deno.test("43 EN-no-reset: WINDOW_UPDATE does not clear strikes", () => {
  const peer = twoStrikes();
  for (let i = 0; i < 3; i++) {
    peer.say((writer) => encodeData(writer, 1, new Uint8Array(16_000), false));
  }
  peer.command((session, now) => session.streams.consumed(1, 48_000, now));
  const updates = peer.framesOf(FrameType.WINDOW_UPDATE);
  assertEquals(updates.map(({ frame }) => frame.streamId).sort(), [0, 1]);
  early(peer, 1);
  assertEquals(peer.closedAt, peer.now);
});

Deno.test("43 EN-no-reset: SETTINGS and their acknowledgement do not clear strikes", () => {
  const peer = twoStrikes();
  peer.say((writer) => encodeSettings(writer, []));
  assertEquals(peer.framesOf(FrameType.SETTINGS).length, 3);
  early(peer, 1);
  assertEquals(peer.closedAt, peer.now);
});

Deno.test("43 EN-no-reset: PINGs and the GOAWAY of this end do not clear strikes", () => {
  const peer = twoStrikes();
  peer.command((session, now) => session.ping(now));
  peer.command((session, now) => session.drain("graceful_stop", now));
  early(peer, 1);
  assertEquals(peer.closedAt, peer.now);
});

Deno.test("43 EN-no-reset: a stream above MAX_CONCURRENT_STREAMS, answered with REFUSED_STREAM, does not clear strikes", () => {
  const parameters = serverParameters({
    maxConcurrentStreams: 1,
    enforcement: { minTime: 60_000 },
  });
  const peer = new ScriptedPeer(parameters).handshake();
  peer.headers(1);
  early(peer, 3);
  peer.headers(3);
  assertEquals(peer.framesOf(FrameType.RST_STREAM).length, 1);
  early(peer, 1);
  assertEquals(peer.closedAt, peer.now);
});

Deno.test("43 EN-no-reset: what the client sends does not clear strikes", () => {
  const peer = twoStrikes();
  peer.headers(3);
  peer.say((writer) => encodeData(writer, 3, new Uint8Array(100), true));
  early(peer, 1);
  assertEquals(peer.closedAt, peer.now);
});

Deno.test("44 EN-ack-not-counted: acknowledgements of the client are no strikes", () => {
  const parameters = serverParameters({
    keepalive: { time: 1_000 },
    enforcement: { minTime: 3_600_000 },
  });
  const peer = new ScriptedPeer(parameters).handshake();
  peer.acknowledges = 5;
  peer.advanceTo(100_000);
  assertEquals(peer.pingTimes.length, 99);
  assertEquals(peer.session.counters().keepAlivesAcked, 99);
  assertEquals(peer.eventsOf("ping-strike"), []);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("44 EN-ack-not-counted: unsolicited acknowledgements are no strikes", () => {
  const peer = twoStrikes();
  for (let i = 0; i < 100; i++) {
    peer.say((writer) => encodePing(writer, true, new Uint8Array(8)));
  }
  assertEquals(lastStrike(peer), 2);
  assertEquals(peer.closedAt, undefined);
});
