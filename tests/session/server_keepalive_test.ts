import { assertEquals, assertThrows } from "@std/assert";
import { encodeSettings } from "../../src/frames/mod.ts";
import {
  ConnectionClosedError,
  serverParameters,
} from "../../src/session/mod.ts";
import { RESPONSE, ScriptedPeer } from "../harness/scripted_peer.ts";
import { serverOf } from "./server_keepalive_peer.ts";

const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

Deno.test("26 KS-close-unresponsive: a client that says preface and SETTINGS and no more gets a PING of zeros, then the end without a GOAWAY", () => {
  const peer = new ScriptedPeer(serverParameters({
    keepalive: { time: 100, timeout: 10, minimumTime: 1 },
  }));
  peer.receive(PREFACE);
  peer.say((writer) => encodeSettings(writer, []));
  peer.advanceTo(109);
  assertEquals(peer.session.state.kind, "open");
  peer.advanceTo(1_000);
  assertEquals(peer.pingTimes, [100]);
  assertEquals(peer.pings[0].frame.opaqueData, new Uint8Array(8));
  assertEquals(peer.closedAt, 110);
  assertEquals(peer.goaways, []);
  assertEquals(peer.sent.at(-1)?.at, 100);
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.closeMode, "none");
  assertEquals(peer.eventsOf("keepalive-timeout"), [
    { at: 110, type: "keepalive-timeout", silence: 110 },
  ]);
});

Deno.test("26 KS-close-unresponsive: keepalive starts with the client's SETTINGS, not with the connection", () => {
  const peer = new ScriptedPeer(serverParameters({
    keepalive: { time: 100, timeout: 10, minimumTime: 1 },
  }));
  peer.advanceTo(500);
  assertEquals([peer.pingTimes, peer.session.keepaliveState], [[], undefined]);
  peer.handshake();
  peer.advanceTo(1_000);
  assertEquals([peer.pingTimes, peer.closedAt], [[600], 610]);
});

Deno.test("27 KS-responsive: a client that acknowledges stays connected", () => {
  const peer = serverOf({ time: 100, timeout: 100 });
  peer.acknowledges = 99;
  peer.advanceTo(10_000);
  assertEquals(peer.session.state.kind, "open");
  assertEquals(peer.session.counters().keepAlivesAcked, 50);
});

Deno.test("27 KS-responsive: any octet saves, as on the client", () => {
  const peer = serverOf({ time: 10, timeout: 25 });
  peer.advanceTo(34.9);
  peer.receive(Uint8Array.of(0));
  peer.advanceTo(1_000);
  assertEquals(peer.pingTimes, [10, 44.9]);
  assertEquals(peer.closedAt, 69.9);
});

Deno.test("28 KS-period: five PINGs in 255 ms at a time of 50 ms, whatever the timeout", () => {
  const peer = serverOf({ time: 50, timeout: 5_000 });
  peer.acknowledges = 0;
  peer.advanceTo(255);
  assertEquals(peer.pingTimes, [50, 100, 150, 200, 250]);
  assertEquals(peer.session.counters().keepAlivesSent, 5);
});

Deno.test("28 KS-period: the round trip is part of the period", () => {
  const peer = serverOf({ time: 50, timeout: 5_000 });
  peer.acknowledges = 20;
  peer.advanceTo(255);
  assertEquals(peer.pingTimes, [50, 120, 190]);
});

Deno.test("29 KS-no-stream-needed: PINGs are sent without streams, before the first and after the last", () => {
  const peer = serverOf({ time: 50, timeout: 10 });
  peer.acknowledges = 0;
  peer.advanceTo(120);
  peer.headers(1, true);
  peer.advanceTo(200);
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, true, now)
  );
  assertEquals(peer.session.streams.active, 0);
  peer.advanceTo(300);
  assertEquals(peer.pingTimes, [50, 100, 170, 220, 270]);
});

Deno.test("30 KS-clamp: a time of 1 ms becomes 1 s, with a warning", () => {
  const peer = new ScriptedPeer(
    serverParameters({ keepalive: { time: 1 } }),
  ).handshake();
  assertEquals(peer.eventsOf("warning"), [{
    at: 0,
    type: "warning",
    message:
      "Adjusting keepalive ping interval to minimum period of 1s: keepalive.time is 1 ms; lower keepalive.minimumTime if both ends are yours",
  }]);
  peer.advanceTo(1_000);
  assertEquals(peer.pingTimes, [1_000]);
});

Deno.test("30 KS-clamp: no time is two hours", () => {
  const peer = new ScriptedPeer(serverParameters()).handshake();
  peer.advanceTo(1e9);
  assertEquals(peer.pingTimes, [7_200_000]);
  assertEquals(peer.closedAt, 7_220_000);
});

Deno.test("30 KS-clamp: Infinity turns keepalive off", () => {
  const peer = serverOf({ time: Infinity });
  peer.advanceTo(1e9);
  assertEquals([peer.pingTimes, peer.closedAt], [[], undefined]);
});

for (const time of [0, -1]) {
  Deno.test(`30 KS-clamp: a time of ${time} is refused, where grpc-go takes two hours or spins`, () => {
    assertThrows(() => serverOf({ time }), RangeError, "keepalive.time");
  });
}

Deno.test("31 KS-handlers-cancelled: running streams are lost at once, and what is sent on them later fails", () => {
  const peer = serverOf({ time: 100, timeout: 10 });
  peer.headers(1, true);
  peer.headers(3);
  peer.advanceTo(110);
  assertEquals(peer.events.at(-1)?.type, "closed");
  const { streamsStarted, streamsFailed } = peer.session.counters();
  assertEquals([streamsStarted, streamsFailed], [2, 2]);
  const late: (() => void)[] = [
    () => peer.session.streams.sendHeaders(1, RESPONSE, false, 111),
    () => peer.session.streams.sendData(3, new Uint8Array(1), true, 111),
  ];
  for (const send of late) {
    assertThrows(
      send,
      ConnectionClosedError,
      "the connection has ended, keepalive ping failed to receive ACK within timeout",
    );
  }
  assertEquals(peer.session.takeOutput().length, 0);
});

Deno.test("32 KS-send-only: a PING is sent although the server streams constantly, as writes are no sign of life", () => {
  const peer = serverOf({ time: 100, timeout: 50 });
  peer.headers(1, true);
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, false, now)
  );
  for (let at = 1; peer.closedAt === undefined; at++) {
    peer.advanceTo(at);
    if (peer.closedAt !== undefined) break;
    peer.command((session, now) =>
      session.streams.sendData(1, new Uint8Array(10), false, now)
    );
  }
  assertEquals(peer.pingTimes, [100]);
  assertEquals(peer.closedAt, 150);
});
