import { assertEquals, assertThrows } from "@std/assert";
import { FrameReader, FrameType } from "../../src/frames/mod.ts";
import {
  type CloseReason,
  ConnectionClosedError,
  explain,
} from "../../src/session/mod.ts";
import { readFrames, text } from "../harness/copied_frame.ts";
import { FIELDS, type ScriptedPeer } from "../harness/scripted_peer.ts";
import { clientOf, open } from "./client_keepalive_peer.ts";

const MAX_UINT31 = 2 ** 31 - 1;

function reasonOf(peer: ScriptedPeer): CloseReason {
  const { state } = peer.session;
  if (state.kind === "closed") return state.reason;
  throw new Error(`Expected a closed session, it is ${state.kind}`);
}

/** What a server reads in the GOAWAY of a client whose keepalive gives up. */
const GAVE_UP =
  "client transport shutdown: keepalive ping failed to receive ACK within timeout";

Deno.test("19 KC-drain-continues: after a graceful GOAWAY PINGs go on while a stream is open, and one that is answered kills nothing", () => {
  const peer = clientOf({ time: 10, timeout: 25 });
  open(peer);
  peer.acknowledges = 1;
  peer.goaway(MAX_UINT31, 0, "max_age");
  assertEquals(peer.session.state.kind, "draining");
  peer.advanceTo(5);
  peer.goaway(1, 0, "max_age");
  peer.advanceTo(100);
  assertEquals(peer.pingTimes, [15, 26, 37, 48, 59, 70, 81, 92]);
  assertEquals(peer.session.state.kind, "draining");
  assertEquals(peer.session.streams.active, 1);
  peer.headers(1, true);
  peer.command((session, now) =>
    session.streams.sendData(1, new Uint8Array(0), true, now)
  );
  assertEquals(reasonOf(peer).kind, "goaway");
  assertEquals(peer.session.counters().streamsSucceeded, 1);
});

Deno.test("19 KC-drain-continues: PINGs go on while the client drains of its own accord", () => {
  const peer = clientOf({ time: 10, timeout: 25 });
  open(peer);
  peer.acknowledges = 0;
  peer.command((session, now) => session.drain("replaced", now));
  peer.advanceTo(35);
  assertEquals(peer.pingTimes, [10, 20, 30]);
  assertEquals(peer.session.state.kind, "draining");
});

Deno.test("19 KC-drain-continues: a server that dies while it drains is noticed", () => {
  const peer = clientOf({ time: 10, timeout: 25 });
  open(peer);
  peer.goaway(1, 0, "max_age");
  peer.advanceTo(1_000);
  assertEquals(peer.closedAt, 35);
  assertEquals(reasonOf(peer).kind, "keepalive-timeout");
});

Deno.test("20 KC-close-error-text: the words of grpc-go, for the reason and for what is asked afterwards", () => {
  const peer = clientOf({ time: 10, timeout: 25, permitWithoutStream: true });
  peer.advanceTo(35);
  const message = "keepalive ping failed to receive ACK within timeout";
  assertEquals(reasonOf(peer), {
    kind: "keepalive-timeout",
    by: "local",
    code: 0,
    debug: GAVE_UP,
    message,
    at: 35,
    lastReadAt: 0,
    lastPings: [{ purpose: "keepalive", id: 1, sentAt: 10 }],
  });
  const error = assertThrows(() => open(peer), ConnectionClosedError);
  assertEquals(
    error.message,
    `Cannot open a stream: the connection has ended, ${message}`,
  );
  assertEquals(error.reason, reasonOf(peer));
  assertEquals(
    explain(reasonOf(peer)),
    `Closed by this end (keepalive-timeout): ${message}; last read 35 ms before; keepalive PING 25 ms before (no answer)`,
  );
});

const WITH_GOAWAY: [number, string, string][] = [
  [0, "max_age", 'code: NO_ERROR, debug data: "max_age"'],
  [0, "", "code: NO_ERROR"],
  [2, "", "code: INTERNAL_ERROR"],
];

for (const [code, debug, told] of WITH_GOAWAY) {
  Deno.test(`20 KC-close-error-text: a GOAWAY that came before is told (${told})`, () => {
    const peer = clientOf({ time: 10, timeout: 25 });
    open(peer);
    peer.goaway(1, code, debug);
    peer.advanceTo(35);
    const reason = reasonOf(peer);
    assertEquals(
      reason.message,
      `closing transport due to: connection error: desc = "keepalive ping failed to receive ACK within timeout", received prior goaway: ${told}`,
    );
    assertEquals(reason.goaway, { lastStreamId: 1, code, debug });
  });
}

Deno.test("21 KC-goaway-on-close: GOAWAY NO_ERROR `client transport shutdown` and why is the last word, for stream 0 where grpc-go names its own last stream", () => {
  const peer = clientOf({ time: 10, timeout: 25 });
  open(peer);
  peer.advanceTo(1_000);
  const { at, frame } = peer.sent.at(-1)!;
  if (frame.type !== FrameType.GOAWAY) throw new Error("Expected a GOAWAY");
  assertEquals(at, 35);
  assertEquals([frame.lastStreamId, frame.errorCode], [0, 0]);
  assertEquals(text(frame.debugData), GAVE_UP);
  assertEquals(peer.goaways.length, 1);
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.closeMode, "flush");
});

Deno.test("22 KC-close-write-blocked: the session is closed although nothing that it wants to send is ever taken", () => {
  const { session } = clientOf({ time: 10, timeout: 25 });
  session.streams.open(FIELDS, false, 0);
  session.advance(10);
  session.advance(35);
  assertEquals(session.state.kind, "closed");
  assertEquals(session.deadline(), Infinity);
  assertThrows(() => session.ping(36), ConnectionClosedError);
});

Deno.test("23 KC-state-order: the session is unusable before anybody hears of it, the events are there before the GOAWAY is written", () => {
  const { session } = clientOf({ time: 10, timeout: 25 });
  const id = session.streams.open(FIELDS, false, 0);
  session.advance(10);
  session.takeOutput();
  session.takeEvents();
  session.advance(35);
  assertEquals(session.state.kind, "closed");
  assertThrows(
    () => session.streams.sendData(id, new Uint8Array(1), false, 35),
    ConnectionClosedError,
  );
  assertEquals(
    session.takeEvents().map(({ type }) => type),
    ["keepalive-timeout", "goaway-sent", "closed"],
  );
  const [goaway, ...rest] = readFrames(new FrameReader(), session.takeOutput());
  assertEquals([goaway.type, rest], [FrameType.GOAWAY, []]);
});

Deno.test("23 KC-state-order: streams that were active count as failed at once, and nothing more happens", () => {
  const peer = clientOf({ time: 10, timeout: 25 });
  open(peer);
  open(peer);
  peer.advanceTo(35);
  const { streamsStarted, streamsFailed, streamsSucceeded } = peer.session
    .counters();
  assertEquals([streamsStarted, streamsFailed, streamsSucceeded], [2, 2, 0]);
  const { length } = peer.events;
  peer.headers(1, true);
  peer.advanceTo(1_000);
  peer.command((session, now) => session.close(now));
  peer.command((session, now) => session.receiveEnd(now));
  assertEquals(peer.events.length, length);
  assertEquals(peer.session.counters().streamsFailed, 2);
});

Deno.test("24 KC-counter: keepAlivesSent is the elapsed time over the time", () => {
  const peer = clientOf({ time: 50, timeout: 100, permitWithoutStream: true });
  peer.acknowledges = 0;
  peer.advanceTo(120);
  assertEquals(peer.session.counters().keepAlivesSent, 2);
  assertEquals(peer.session.counters().keepAlivesAcked, 2);
  peer.advanceTo(1_020);
  assertEquals(peer.session.counters().keepAlivesSent, 20);
});

Deno.test("24 KC-counter: PINGs of the user and of the peer are not counted", () => {
  const peer = clientOf({ time: 50, timeout: 100, permitWithoutStream: true });
  peer.acknowledges = 0;
  peer.command((session, now) => session.ping(now));
  peer.ping();
  peer.advanceTo(40);
  assertEquals(peer.pingTimes, [0]);
  const { keepAlivesSent, keepAlivesAcked, pingsReceived } = peer.session
    .counters();
  assertEquals([keepAlivesSent, keepAlivesAcked, pingsReceived], [0, 0, 1]);
});
