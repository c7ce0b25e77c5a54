import { assertEquals } from "@std/assert";
import {
  encodeData,
  encodeSettings,
  encodeWindowUpdate,
  ErrorCode,
  FrameType,
  MAX_UINT31,
  SettingId,
} from "../../src/frames/mod.ts";
import {
  serverParameters,
  type ServerSessionOptions,
} from "../../src/session/mod.ts";
import { text } from "../harness/copied_frame.ts";
import { RESPONSE, ScriptedPeer } from "../harness/scripted_peer.ts";

const IDLE = 30_000;

function server(options: ServerSessionOptions = {}): ScriptedPeer {
  const keepalive = { maxConnectionIdle: IDLE, ...options.keepalive };
  return new ScriptedPeer(serverParameters({ ...options, keepalive }));
}

/** When the session began to drain, and why. */
function drains(peer: ScriptedPeer): [at: number, reason: string][] {
  return peer.eventsOf("draining").map(({ at, reason }) => [at, reason]);
}

function assertIdleGoaway(peer: ScriptedPeer, at: number): void {
  assertEquals(drains(peer), [[at, "max_idle"]]);
  const [{ frame }] = peer.goaways;
  assertEquals(frame.lastStreamId, MAX_UINT31);
  assertEquals(frame.errorCode, ErrorCode.NO_ERROR);
  assertEquals(text(frame.debugData), "max_idle");
}

Deno.test("48 ID-basic: a stream opened and reset, then nothing: GOAWAY max_idle, and the drain follows", () => {
  const peer = server().handshake();
  peer.acknowledges = 10;
  peer.advanceTo(100);
  peer.headers(1);
  peer.advanceTo(200);
  peer.rstStream(1);
  peer.advanceTo(200 + IDLE - 1);
  assertEquals(peer.goaways, []);
  peer.advanceTo(200 + IDLE);
  assertIdleGoaway(peer, 200 + IDLE);
  peer.advanceTo(200 + IDLE + 10);
  assertEquals(peer.goaways[1].frame.lastStreamId, 1);
  assertEquals(peer.closedAt, 200 + IDLE + 10);
});

Deno.test("49 ID-busy: a stream that stays open keeps the connection", () => {
  const peer = server().handshake();
  peer.headers(1);
  peer.acknowledges = 1;
  peer.advanceTo(1_000 * IDLE);
  assertEquals(peer.goaways, []);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("49 ID-busy: it is enough that one of several streams stays open", () => {
  const peer = server().handshake();
  peer.headers(1);
  for (let id = 3; id <= 21; id += 2) {
    peer.advanceTo(peer.now + IDLE - 1);
    peer.headers(id);
    peer.rstStream(id);
  }
  peer.advanceTo(peer.now + 10 * IDLE);
  assertEquals(peer.goaways, []);
});

Deno.test("50 ID-never-used: without any stream the time counts from the end of the handshake", () => {
  const peer = server();
  peer.advanceTo(5_000);
  peer.handshake();
  peer.advanceTo(5_000 + IDLE - 1);
  assertEquals(peer.goaways, []);
  peer.advanceTo(5_000 + IDLE);
  assertIdleGoaway(peer, 5_000 + IDLE);
});

Deno.test("51 ID-restart: the time counts from the end of the last stream, not from a check", () => {
  for (const end of [1, IDLE / 2, IDLE - 1, IDLE, IDLE + 1, 3.5 * IDLE]) {
    const peer = server().handshake();
    peer.headers(1);
    peer.advanceTo(end);
    peer.rstStream(1);
    peer.advanceTo(end + IDLE - 1);
    assertEquals(peer.goaways, []);
    peer.advanceTo(end + IDLE);
    assertIdleGoaway(peer, end + IDLE);
  }
});

Deno.test("51 ID-restart: a stream that ends with trailers restarts the time, too", () => {
  const peer = server().handshake();
  peer.headers(1, true);
  peer.advanceTo(7_000);
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, true, now)
  );
  peer.advanceTo(7_000 + IDLE);
  assertIdleGoaway(peer, 7_000 + IDLE);
});

Deno.test("52 ID-pings-do-not-count: a client that only pings is idle", () => {
  const enforcement = { minTime: 0, permitWithoutStream: true };
  const peer = server({ enforcement }).handshake();
  for (let at = 1_000; at < IDLE; at += 1_000) {
    peer.advanceTo(at);
    peer.ping();
  }
  peer.advanceTo(IDLE);
  assertIdleGoaway(peer, IDLE);
});

Deno.test("52 ID-pings-do-not-count: nor do SETTINGS, and the keepalive of the server", () => {
  const peer = server({ keepalive: { time: 1_000 } }).handshake();
  peer.acknowledges = 1;
  for (let at = 500; at < IDLE; at += 2_500) {
    peer.advanceTo(at);
    peer.say((writer) => encodeSettings(writer, []));
  }
  peer.advanceTo(IDLE);
  assertIdleGoaway(peer, IDLE);
});

Deno.test("53 ID-rejected-do-not-count: streams that are all refused do not restart the time", () => {
  const peer = server({ maxConcurrentStreams: 0 }).handshake();
  for (let i = 0; i < 29; i++) {
    peer.advanceTo(1_000 * (i + 1));
    peer.headers(2 * i + 1);
  }
  const resets = peer.framesOf(FrameType.RST_STREAM);
  assertEquals(resets.length, 29);
  peer.advanceTo(IDLE);
  assertIdleGoaway(peer, IDLE);
});

/** A server that has responded and has data left which the client blocks. */
function blocked(): ScriptedPeer {
  const peer = server().handshake();
  peer.acknowledges = 1;
  peer.say((writer) =>
    encodeSettings(writer, [[SettingId.INITIAL_WINDOW_SIZE, 0]])
  );
  peer.headers(1, true);
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, false, now)
  );
  peer.command((session, now) =>
    session.streams.sendData(1, new Uint8Array(100), true, now)
  );
  assertEquals(peer.framesOf(FrameType.DATA), []);
  peer.advanceTo(10 * IDLE);
  assertEquals(peer.goaways, []);
  return peer;
}

Deno.test("54 ID-flow-blocked: a response that the client's window holds back is activity, until its end is sent", () => {
  const peer = blocked();
  peer.say((writer) => encodeWindowUpdate(writer, 1, 100));
  const [{ frame }] = peer.framesOf(FrameType.DATA);
  assertEquals("data" in frame && frame.data.length, 100);
  peer.advanceTo(11 * IDLE - 1);
  assertEquals(peer.goaways, []);
  peer.advanceTo(11 * IDLE);
  assertIdleGoaway(peer, 11 * IDLE);
});

Deno.test("54 ID-flow-blocked: or until the stream is reset, by either end", () => {
  const byPeer = blocked();
  byPeer.rstStream(1);
  byPeer.advanceTo(11 * IDLE);
  assertIdleGoaway(byPeer, 11 * IDLE);
  const byLocal = blocked();
  byLocal.command((session, now) =>
    session.streams.reset(1, ErrorCode.CANCEL, now)
  );
  byLocal.advanceTo(11 * IDLE);
  assertIdleGoaway(byLocal, 11 * IDLE);
});

Deno.test("a stream opened between the two GOAWAYs of an idle drain is served", () => {
  const peer = server().handshake();
  peer.advanceTo(IDLE);
  peer.headers(1);
  peer.advanceTo(IDLE + 5_000);
  assertEquals(peer.goaways[1].frame.lastStreamId, 1);
  assertEquals(peer.closedAt, undefined);
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, false, now)
  );
  peer.say((writer) => encodeData(writer, 1, new Uint8Array(1), true));
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, true, now)
  );
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.reason.kind, "drained");
  assertEquals(drains(peer), [[IDLE, "max_idle"]]);
});

Deno.test("keepalive goes on after a max_idle GOAWAY, while grpc-go's loop ends with it: a client that dies then is noticed", () => {
  const keepalive = { time: 10_000, timeout: 1_000 };
  const peer = server({ keepalive }).handshake();
  peer.acknowledges = 1;
  peer.advanceTo(IDLE);
  peer.headers(1);
  peer.advanceTo(2 * IDLE);
  assertEquals(peer.session.state.kind, "draining");
  peer.acknowledges = undefined;
  const [lastAck] = peer.pingTimes.slice(-1);
  peer.advanceTo(3 * IDLE);
  assertEquals(peer.closedAt, lastAck + 1 + 10_000 + 1_000);
  const { state } = peer.session;
  const kind = state.kind === "closed" && state.reason.kind;
  assertEquals(kind, "keepalive-timeout");
});

Deno.test("the age limit holds after a max_idle GOAWAY, while grpc-go forgets it", () => {
  const keepalive = {
    maxConnectionAge: 2 * IDLE,
    maxConnectionAgeGrace: 5_000,
  };
  const peer = server({ keepalive }).handshake();
  peer.acknowledges = 1;
  peer.advanceTo(IDLE);
  peer.headers(1);
  peer.advanceTo(10 * IDLE);
  assertEquals(drains(peer), [[IDLE, "max_idle"]]);
  assertEquals(peer.goaways.length, 2);
  assertEquals(peer.closedAt, 2 * IDLE + 5_000);
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.reason.kind, "grace-over");
});

Deno.test("by default a connection may be idle for ever", () => {
  const parameters = serverParameters({ keepalive: { time: Infinity } });
  const peer = new ScriptedPeer(parameters).handshake();
  assertEquals(peer.session.deadline(), Infinity);
});
