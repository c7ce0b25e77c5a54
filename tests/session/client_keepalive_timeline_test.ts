import { assertEquals, assertThrows } from "@std/assert";
import {
  encodeData,
  encodeWindowUpdate,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { ConnectionClosedError } from "../../src/session/mod.ts";
import { FIELDS } from "../harness/scripted_peer.ts";
import { steadyLink, VirtualPair } from "../harness/virtual_pair.ts";
import { clientOf, open } from "./client_keepalive_peer.ts";

const permitWithoutStream = true;

Deno.test("4 KC-close-no-ack: a server that acknowledges SETTINGS but no PING is given up, and no stream opens any more", () => {
  const peer = clientOf({ time: 10, timeout: 10, permitWithoutStream });
  peer.advanceTo(19);
  assertEquals(peer.session.state.kind, "open");
  peer.advanceTo(20);
  assertEquals(peer.closedAt, 20);
  assertThrows(() => open(peer), ConnectionClosedError, "Cannot open a stream");
});

Deno.test("5 KC-no-stream-no-ping: without a permit and streams the same server is left alone", () => {
  const peer = clientOf({ time: 10, timeout: 10 });
  peer.advanceTo(500);
  assertEquals(peer.pingTimes, []);
  assertEquals(peer.session.state.kind, "open");
  assertEquals(open(peer), 1);
});

Deno.test("6 KC-active-stream: a silent stream is lost with a server that stops acknowledging", () => {
  const peer = clientOf({ time: 10, timeout: 100 });
  open(peer);
  peer.acknowledges = 0;
  peer.advanceTo(25);
  assertEquals(peer.pingTimes, [10, 20]);
  peer.acknowledges = undefined;
  peer.advanceTo(1_000);
  assertEquals(peer.pingTimes, [10, 20, 30]);
  assertEquals(peer.closedAt, 130);
  assertEquals(peer.session.counters().streamsFailed, 1);
});

Deno.test("7 KC-healthy: a client that keeps to the policy of a live server stays connected", () => {
  const pair = new VirtualPair({
    client: {
      keepalive: {
        time: 55,
        timeout: 1_000,
        minimumTime: 1,
        permitWithoutStream,
      },
    },
    server: { enforcement: { minTime: 50, permitWithoutStream } },
    link: steadyLink(1),
  });
  pair.runTo(500);
  assertEquals(pair.client.state.kind, "open");
  assertEquals(pair.server.state.kind, "open");
  assertEquals(pair.server.counters().pingsReceived, 8);
  assertEquals(pair.server.counters().pingStrikes, 0);
});

Deno.test("8 KC-frequency: a PING goes out every time, not every time + timeout, so that a stricter server shows the client out", () => {
  const pair = new VirtualPair({
    client: {
      keepalive: {
        time: 50,
        timeout: 1_000,
        minimumTime: 1,
        permitWithoutStream,
      },
    },
    server: {
      enforcement: { minTime: 100, permitWithoutStream, advertise: false },
    },
  });
  pair.runTo(1_000);
  const received = pair.serverEvents.filter(({ type }) =>
    type === "ping-received"
  );
  assertEquals(received.map(({ at }) => at), [50, 100, 150, 200]);
  const goaway = pair.clientEvents.find(({ type }) =>
    type === "goaway-received"
  );
  assertEquals(goaway, {
    at: 200,
    type: "goaway-received",
    lastStreamId: 0,
    code: 0xb,
    debug: "too_many_pings",
  });
  assertThrows(
    () => pair.client.streams.open(FIELDS, true, pair.now),
    ConnectionClosedError,
  );
});

for (const rtt of [0, 3, 9]) {
  Deno.test(`9 KC-period: PINGs that are acknowledged after ${rtt} follow at T, 2T + r, 3T + 2r: from the last read, not from the last PING`, () => {
    const peer = clientOf({ time: 10, timeout: 25, permitWithoutStream });
    peer.acknowledges = rtt;
    peer.advanceTo(60);
    const period = 10 + rtt;
    const expected = [];
    for (let at = 10; at <= 60; at += period) expected.push(at);
    assertEquals(peer.pingTimes, expected);
    assertEquals(peer.session.state.kind, "open");
  });
}

Deno.test("10 KC-timeline-short-time: one PING at 10, close at 35", () => {
  const peer = clientOf({ time: 10, timeout: 25, permitWithoutStream });
  peer.advanceTo(34.9);
  assertEquals(peer.session.state.kind, "open");
  peer.advanceTo(1_000);
  assertEquals(peer.pingTimes, [10]);
  assertEquals(peer.closedAt, 35);
});

Deno.test("11 KC-timeline-short-timeout: one PING at 30, close at 35", () => {
  const peer = clientOf({ time: 30, timeout: 5, permitWithoutStream });
  peer.advanceTo(34.9);
  assertEquals(peer.session.state.kind, "open");
  peer.advanceTo(1_000);
  assertEquals(peer.pingTimes, [30]);
  assertEquals(peer.closedAt, 35);
});

Deno.test("12 KC-any-frame-saves: a WINDOW_UPDATE at 22 instead of the acknowledgement: PING again at 32, close at 57", () => {
  const peer = clientOf({ time: 10, timeout: 25, permitWithoutStream });
  peer.advanceTo(22);
  peer.say((writer) => encodeWindowUpdate(writer, 0, 1));
  peer.advanceTo(1_000);
  assertEquals(peer.pingTimes, [10, 32]);
  assertEquals(peer.closedAt, 57);
});

Deno.test("12 KC-any-frame-saves: so it does at 34.9, just before the close", () => {
  const peer = clientOf({ time: 10, timeout: 25, permitWithoutStream });
  peer.advanceTo(34.9);
  peer.say((writer) => encodeWindowUpdate(writer, 0, 1));
  peer.advanceTo(1_000);
  assertEquals(peer.pingTimes, [10, 44.9]);
  assertEquals(peer.closedAt, 69.9);
});

Deno.test("12 KC-any-frame-saves: an acknowledgement of something else, a PING, a SETTINGS or an unknown frame does, too", () => {
  const frames: Uint8Array[] = [
    Uint8Array.of(0, 0, 8, 6, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8),
    Uint8Array.of(0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8),
    Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0, 0),
    Uint8Array.of(0, 0, 0, 0xfa, 0, 0, 0, 0, 0),
  ];
  for (const frame of frames) {
    const peer = clientOf({ time: 10, timeout: 25, permitWithoutStream });
    peer.advanceTo(22);
    peer.receive(frame);
    peer.advanceTo(1_000);
    assertEquals([peer.pingTimes, peer.closedAt], [[10, 32], 57]);
  }
});

/** A DATA frame for stream 1 that is larger than any one read of it here. */
function largeData(): Uint8Array {
  const writer = new FrameWriter();
  encodeData(writer, 1, new Uint8Array(16_000), false);
  return writer.take();
}

Deno.test("13 KC-partial-frame: any octet read is activity, where grpc-go awaits whole frames: a large message on a slow link keeps its connection", () => {
  const peer = clientOf({ time: 10, timeout: 25 });
  open(peer);
  const data = largeData();
  for (let at = 0; at < 1_000; at++) {
    peer.advanceTo(9 + at * 9);
    peer.receive(data.subarray(at, at + 1));
  }
  assertEquals(peer.session.state.kind, "open");
  assertEquals(peer.pingTimes, []);
});

Deno.test("13 KC-partial-frame: octets of it answer a PING that waits behind the message", () => {
  const peer = clientOf({ time: 10, timeout: 25 });
  open(peer);
  const data = largeData();
  peer.receive(data.subarray(0, 9));
  peer.advanceTo(30);
  peer.receive(data.subarray(9, 10));
  peer.advanceTo(1_000);
  assertEquals(peer.pingTimes, [10, 40]);
  assertEquals(peer.closedAt, 65);
});

Deno.test("13 KC-partial-frame: a read of no octets is no activity", () => {
  const peer = clientOf({ time: 10, timeout: 25, permitWithoutStream });
  peer.advanceTo(22);
  peer.receive(new Uint8Array(0));
  peer.advanceTo(1_000);
  assertEquals(peer.closedAt, 35);
  assertEquals(peer.session.counters().lastReadAt, 0);
});

Deno.test("14 KC-writes-not-activity: a client that streams upward without an answer sends a PING, and gives up", () => {
  const peer = clientOf({ time: 10, timeout: 25 });
  const id = open(peer);
  for (let at = 1; at <= 100; at++) {
    peer.advanceTo(at);
    if (peer.closedAt !== undefined) break;
    peer.command((session, now) =>
      session.streams.sendData(id, new Uint8Array(10), false, now)
    );
  }
  assertEquals(peer.pingTimes, [10]);
  assertEquals(peer.closedAt, 35);
});

Deno.test("after maxPingsWithoutData PINGs one a minute is sent (gRFC L116), and DATA gives them back", () => {
  const peer = clientOf({ time: 1_000, timeout: 500, maxPingsWithoutData: 2 });
  peer.acknowledges = 0;
  const id = open(peer);
  peer.advanceTo(63_000);
  assertEquals(peer.pingTimes, [1_000, 2_000, 62_000]);
  peer.command((session, now) =>
    session.streams.sendData(id, new Uint8Array(1), false, now)
  );
  peer.advanceTo(65_000);
  assertEquals(peer.pingTimes.slice(3), [63_000, 64_000]);
  peer.advanceTo(124_500);
  assertEquals(peer.pingTimes.slice(5), [124_000]);
});
