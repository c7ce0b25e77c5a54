import { assertEquals } from "@std/assert";
import {
  encodeData,
  encodeHeaders,
  encodePing,
  encodeRstStream,
} from "../../src/frames/mod.ts";
import { serverParameters } from "../../src/session/mod.ts";
import { BLOCK, ScriptedPeer } from "../harness/scripted_peer.ts";

const ZEROS = new Uint8Array(8);
const DRAIN_PING = Uint8Array.of(1, 6, 1, 8, 0, 3, 3, 9);

function server(enforcement = {}): ScriptedPeer {
  const peer = new ScriptedPeer(serverParameters({ enforcement })).handshake();
  peer.events.length = 0;
  return peer;
}

function typesOf(peer: ScriptedPeer): string[] {
  return peer.events.map(({ type }) => type);
}

Deno.test("in one read, the acknowledgement of a PING is told before the PING behind it", () => {
  const peer = server();
  peer.command((session, now) => session.ping(now));
  const { opaqueData } = peer.pings[0].frame;
  peer.say((writer) => {
    encodePing(writer, true, opaqueData);
    encodePing(writer, false, ZEROS);
  });
  assertEquals(typesOf(peer), ["ping-sent", "ping-acked", "ping-received"]);
});

Deno.test("in one read, the reset of a stream is told at once, and before the PING behind it", () => {
  const peer = server();
  peer.say((writer) => {
    encodeHeaders(writer, 1, BLOCK, true, true);
    encodeData(writer, 1, new Uint8Array(1), false);
  });
  assertEquals(typesOf(peer), ["headers", "stream-error", "reset"]);
  peer.say((writer) => {
    encodeHeaders(writer, 3, BLOCK, true, true);
    encodeData(writer, 3, new Uint8Array(1), false);
    encodePing(writer, false, ZEROS);
  });
  assertEquals(typesOf(peer).slice(3), [
    "headers",
    "stream-error",
    "reset",
    "ping-received",
  ]);
});

Deno.test("in one read, a PING behind the end of the last stream is judged without streams", () => {
  const peer = server({ minTime: 10 });
  peer.headers(1);
  peer.ping();
  peer.now = 1_000;
  peer.say((writer) => {
    encodeRstStream(writer, 1, 8);
    encodePing(writer, false, ZEROS);
  });
  assertEquals(peer.eventsOf("ping-strike").length, 1);
});

Deno.test("in one read, a PING behind a frame that ended the last stream by its error is judged without streams", () => {
  const peer = server({ minTime: 10 });
  peer.headers(1, true);
  peer.ping();
  peer.now = 1_000;
  peer.say((writer) => {
    encodeData(writer, 1, new Uint8Array(1), false);
    encodePing(writer, false, ZEROS);
  });
  assertEquals(peer.eventsOf("ping-strike").length, 1);
});

Deno.test("in one read, what stands behind the end of a drain is discarded unseen", () => {
  const peer = server();
  peer.command((session, now) => session.drain("graceful_stop", now));
  peer.say((writer) => {
    encodePing(writer, true, DRAIN_PING);
    encodeData(writer, 99, new Uint8Array(1), false);
    encodePing(writer, false, ZEROS);
  });
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.reason.kind, "drained");
  assertEquals(peer.goaways.length, 2);
  assertEquals(peer.session.counters().pingsReceived, 0);
});
