import { assertEquals, assertThrows } from "@std/assert";
import {
  encodeData,
  encodeHeaders,
  encodeSettings,
  ErrorCode,
  FrameType,
  type HeadersFrame,
  type RstStreamFrame,
  SettingId,
} from "../../src/frames/mod.ts";
import {
  clientParameters,
  ConnectionClosedError,
  serverParameters,
} from "../../src/session/mod.ts";
import {
  BLOCK,
  FIELDS,
  RESPONSE,
  ScriptedPeer,
} from "../harness/scripted_peer.ts";

const IDLE = 30_000;

function serving(): ScriptedPeer {
  const parameters = serverParameters({
    keepalive: { maxConnectionIdle: IDLE },
    enforcement: { minTime: 60_000 },
  });
  const peer = new ScriptedPeer(parameters).handshake();
  peer.acknowledges = 1;
  return peer;
}

/** The session refuses a request that the peer has made. */
function refuse(peer: ScriptedPeer, streamId: number): void {
  peer.command((session, now) => session.streams.refuse(streamId, FIELDS, now));
}

function early(peer: ScriptedPeer, count: number): void {
  for (let i = 0; i < count && peer.closedAt === undefined; i++) {
    peer.advanceTo(peer.now + 1);
    peer.ping();
  }
}

function drains(peer: ScriptedPeer): [at: number, reason: string][] {
  return peer.eventsOf("draining").map(({ at, reason }) => [at, reason]);
}

function resets(peer: ScriptedPeer): number[][] {
  return peer.framesOf(FrameType.RST_STREAM).map(({ frame }) => {
    const { streamId, errorCode } = frame as RstStreamFrame;
    return [streamId, errorCode];
  });
}

Deno.test("A refused stream is answered with one field section that ends it", () => {
  const peer = serving();
  for (const [id, endStream] of [[1, true], [3, false]] as const) {
    peer.headers(id, endStream);
    refuse(peer, id);
  }
  const answers = peer.framesOf(FrameType.HEADERS)
    .map(({ frame }) => frame as HeadersFrame)
    .map(({ streamId, endStream }) => [streamId, endStream]);
  assertEquals(answers, [[1, true], [3, true]]);
  assertEquals(resets(peer), [[3, ErrorCode.NO_ERROR]]);
  assertEquals(peer.eventsOf("ended").map(({ streamId }) => streamId), [1, 3]);
  assertEquals(peer.session.streams.active, 0);
  peer.say((writer) => encodeData(writer, 3, BLOCK, true));
  assertEquals(peer.closedAt, undefined);
});

Deno.test("43 EN-no-reset: a refused request does not clear strikes", () => {
  for (const endStream of [true, false]) {
    const peer = serving();
    early(peer, 3);
    peer.headers(1, endStream);
    refuse(peer, 1);
    early(peer, 1);
    assertEquals(peer.closedAt, peer.now);
    assertEquals(peer.goaways[0].frame.errorCode, ErrorCode.ENHANCE_YOUR_CALM);
  }
});

Deno.test("43 EN-no-reset: a response that comes with a refusal clears strikes, before it or after", () => {
  const orders = [[1, 3], [3, 1]];
  for (const order of orders) {
    const peer = serving();
    early(peer, 3);
    peer.headers(1, true);
    peer.headers(3, true);
    peer.command((session, now) => {
      for (const id of order) {
        if (id === 1) session.streams.refuse(id, FIELDS, now);
        else session.streams.sendHeaders(id, RESPONSE, true, now);
      }
    });
    early(peer, 3);
    assertEquals(peer.closedAt, undefined);
  }
});

Deno.test("43 EN-no-reset: DATA that was in line before a refusal clears strikes when it is written", () => {
  const peer = serving();
  early(peer, 3);
  peer.headers(1);
  peer.headers(3);
  peer.command((session, now) => {
    session.streams.sendHeaders(1, RESPONSE, false, now);
  });
  early(peer, 3);
  peer.command((session, now) => {
    session.streams.sendData(1, BLOCK, false, now);
    session.streams.refuse(3, FIELDS, now);
  });
  early(peer, 3);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("53 ID-rejected-do-not-count: refused requests do not restart the time", () => {
  const peer = serving();
  for (let id = 1; peer.now < IDLE - 1_000; id += 2) {
    peer.advanceTo(peer.now + 1_000);
    peer.headers(id, id % 4 === 1);
    refuse(peer, id);
  }
  peer.advanceTo(IDLE);
  assertEquals(drains(peer), [[IDLE, "max_idle"]]);
});

Deno.test("53 ID-rejected-do-not-count: the time counts from the end of the last stream that was served", () => {
  const peer = serving();
  peer.headers(1, true);
  peer.advanceTo(5_000);
  peer.headers(3, true);
  peer.advanceTo(7_000);
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, true, now)
  );
  peer.advanceTo(9_000);
  refuse(peer, 3);
  peer.advanceTo(20_000);
  peer.headers(5, true);
  refuse(peer, 5);
  peer.advanceTo(7_000 + IDLE);
  assertEquals(drains(peer), [[7_000 + IDLE, "max_idle"]]);
});

Deno.test("53 ID-rejected-do-not-count: a stream that is served beside refused ones keeps the connection", () => {
  const peer = serving();
  peer.headers(1);
  for (let id = 3; id < 20; id += 2) {
    peer.advanceTo(peer.now + IDLE / 2);
    peer.headers(id, true);
    refuse(peer, id);
  }
  assertEquals(drains(peer), []);
  peer.rstStream(1);
  const end = peer.now;
  peer.advanceTo(end + IDLE);
  assertEquals(drains(peer), [[end + IDLE, "max_idle"]]);
});

Deno.test("53 ID-rejected-do-not-count: a refusal that comes too late to be in time drains at once", () => {
  const peer = serving();
  peer.advanceTo(IDLE - 10);
  peer.headers(1, true);
  peer.advanceTo(IDLE + 10);
  assertEquals(drains(peer), []);
  refuse(peer, 1);
  peer.advanceTo(IDLE + 10);
  assertEquals(drains(peer), [[IDLE + 10, "max_idle"]]);
});

Deno.test("A refusal that the peer does not accept resets the stream, and counts as little", () => {
  const peer = serving();
  early(peer, 3);
  peer.say((writer) => {
    encodeSettings(writer, [[SettingId.MAX_HEADER_LIST_SIZE, 0]]);
    encodeHeaders(writer, 1, BLOCK, true, true);
  });
  const large: [string, string] = ["x", "y".repeat(300)];
  peer.command((session, now) => session.streams.refuse(1, [large], now));
  assertEquals(resets(peer), [[1, ErrorCode.INTERNAL_ERROR]]);
  assertEquals(peer.framesOf(FrameType.HEADERS), []);
  peer.advanceTo(IDLE);
  assertEquals(drains(peer), [[IDLE, "max_idle"]]);
});

Deno.test("A draining session ends with its last refusal", () => {
  const peer = serving();
  peer.headers(1, true);
  peer.command((session, now) => session.drain("graceful_stop", now));
  peer.advanceTo(10);
  assertEquals(peer.closedAt, undefined);
  refuse(peer, 1);
  assertEquals(peer.closedAt, 10);
});

Deno.test("What cannot be refused is told", () => {
  const peer = serving();
  assertThrows(() => refuse(peer, 1), TypeError, "it is not active");
  const client = new ScriptedPeer(clientParameters()).handshake();
  assertThrows(() => refuse(client, 1), TypeError, "the client");
  peer.command((session, now) => session.close(now));
  assertThrows(() => refuse(peer, 1), ConnectionClosedError);
});
