import { assert, assertEquals } from "@std/assert";
import {
  encodeData,
  encodeHeaders,
  encodeRstStream,
  ErrorCode,
  FrameType,
  type FrameWriter,
} from "../../src/frames/mod.ts";
import { clientParameters, serverParameters } from "../../src/session/mod.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";
import { BLOCK, FIELDS, RESPONSE, RESPONSE_BLOCK } from "./support.ts";

const MANY = 10_000;

/** Calls opened and cancelled in one piece that are borne: this end may be late. */
const BORNE = 10_000;

/** More of them than that. */
const FLOOD = 2 * BORNE;

/** 1,000 frames of no use are borne; the SETTINGS of the peer are the first. */
const LAST_STRAW = 1_000;

/** As many more are borne as useful ones came before: requests, and data. */
const CREDIT = 10_000;

/** A request makes good for the SETTINGS, even if it is cancelled. */
const CANCELLED = 1;

function serving(maxConcurrentStreams = Infinity): ScriptedPeer {
  const parameters = serverParameters({ maxConcurrentStreams });
  return new ScriptedPeer(parameters).handshake();
}

/** The identifiers of so many streams of a client. */
function ids(count: number, first = 1): number[] {
  return Array.from({ length: count }, (_, i) => first + 2 * i);
}

/** The peer says something on each stream, all of it in one piece. */
function onEach(
  peer: ScriptedPeer,
  streams: readonly number[],
  say: (writer: FrameWriter, id: number) => void,
): void {
  peer.say((writer) => streams.forEach((id) => say(writer, id)));
}

function open(writer: FrameWriter, id: number): void {
  encodeHeaders(writer, id, BLOCK, false, true);
}

function cancel(writer: FrameWriter, id: number): void {
  encodeRstStream(writer, id, ErrorCode.CANCEL);
}

function assertShownOut(peer: ScriptedPeer): void {
  assertEquals(peer.closedAt, peer.now);
  const [{ frame }] = peer.goaways;
  assertEquals(frame.errorCode, ErrorCode.ENHANCE_YOUR_CALM);
}

/** How many RST_STREAMs that nothing accounts for end the connection. */
function uselessResets(peer: ScriptedPeer): number {
  for (let count = 1; count < 20_000; count++) {
    peer.rstStream(1);
    if (peer.closedAt !== undefined) return count;
  }
  return Infinity;
}

Deno.test(`114 FL-rapid-reset: ${MANY} running calls may be cancelled at once`, () => {
  const peer = serving();
  const streams = ids(MANY);
  onEach(peer, streams, open);
  assertEquals(peer.session.streams.active, MANY);
  onEach(peer, streams, cancel);
  assertEquals(peer.closedAt, undefined);
  assertEquals(peer.session.streams.active, 0);
  assertEquals(peer.eventsOf("reset").length, MANY);
  assertEquals(uselessResets(peer), LAST_STRAW + CANCELLED);
});

Deno.test(`114 FL-rapid-reset: ${FLOOD} calls that are opened and cancelled in one piece are a flood`, () => {
  const peer = serving();
  onEach(peer, ids(FLOOD), (writer, id) => {
    open(writer, id);
    cancel(writer, id);
  });
  assertShownOut(peer);
  assertEquals(peer.session.counters().streamsStarted, BORNE + 1);
});

Deno.test(`114 FL-rapid-reset: ${BORNE} of them are none, since an end that reads late gets what was sent meanwhile at once`, () => {
  const peer = serving();
  onEach(peer, ids(BORNE), (writer, id) => {
    open(writer, id);
    cancel(writer, id);
  });
  assertEquals(peer.closedAt, undefined);
  assertEquals(peer.session.streams.active, 0);
  peer.advanceTo(1_000);
  onEach(peer, ids(5_000, 2 * BORNE + 1), (writer, id) => {
    open(writer, id);
    cancel(writer, id);
  });
  assertEquals(peer.closedAt, undefined);
});

Deno.test("114 FL-rapid-reset: so are streams that are all opened first and cancelled then, in one piece", () => {
  const peer = serving();
  const streams = ids(FLOOD);
  peer.say((writer) => {
    streams.forEach((id) => open(writer, id));
    streams.forEach((id) => cancel(writer, id));
  });
  assertShownOut(peer);
});

Deno.test("114 FL-rapid-reset: what came before the piece is told from what comes with it", () => {
  const peer = serving();
  onEach(peer, ids(2_000), open);
  const late = ids(BORNE, 4_001);
  peer.say((writer) => {
    ids(2_000).forEach((id) => cancel(writer, id));
    late.forEach((id) => {
      open(writer, id);
      cancel(writer, id);
    });
  });
  assertEquals(peer.closedAt, undefined);
  peer.say((writer) => {
    const last = late.at(-1)! + 2;
    open(writer, last);
    cancel(writer, last);
  });
  assertShownOut(peer);
});

Deno.test("114 FL-rapid-reset: 100 000 calls, each cancelled a piece later, leave nothing behind", () => {
  const peer = serving(100);
  for (const id of ids(100_000)) {
    peer.say((writer) => open(writer, id));
    peer.say((writer) => cancel(writer, id));
    peer.events.length = 0;
  }
  assertEquals(peer.closedAt, undefined);
  assertEquals(peer.session.streams.active, 0);
  const { streamsStarted, streamsFailed } = peer.session.counters();
  assertEquals([streamsStarted, streamsFailed], [100_000, 100_000]);
  assertEquals(uselessResets(peer), LAST_STRAW + CANCELLED);
});

Deno.test("A burst of cancellations may cross the responses", () => {
  const peer = serving();
  const streams = ids(MANY);
  onEach(
    peer,
    streams,
    (writer, id) => encodeHeaders(writer, id, BLOCK, true, true),
  );
  peer.command((session, now) => {
    streams.forEach((id) =>
      session.streams.sendHeaders(id, RESPONSE, true, now)
    );
  });
  onEach(peer, streams, cancel);
  assertEquals(peer.closedAt, undefined);
  assertEquals(uselessResets(peer), CREDIT + LAST_STRAW);
});

Deno.test("A burst of cancellations may cross responses that end uploads early", () => {
  const peer = serving();
  const streams = ids(MANY);
  onEach(peer, streams, open);
  peer.command((session, now) => {
    streams.forEach((id) =>
      session.streams.sendHeaders(id, RESPONSE, true, now)
    );
  });
  assertEquals(peer.framesOf(FrameType.RST_STREAM).length, MANY);
  onEach(peer, streams, cancel);
  assertEquals(peer.closedAt, undefined);
  assertEquals(uselessResets(peer), CREDIT + LAST_STRAW);
});

Deno.test("A burst of DATA may cross responses that end uploads early", () => {
  const peer = serving(MANY);
  const streams = ids(MANY);
  onEach(peer, streams, open);
  peer.command((session, now) => {
    streams.forEach((id) =>
      session.streams.sendHeaders(id, RESPONSE, true, now)
    );
  });
  for (let i = 0; i < 2; i++) {
    onEach(peer, streams, (writer, id) => encodeData(writer, id, BLOCK, false));
  }
  assertEquals(peer.closedAt, undefined);
  assertEquals(peer.framesOf(FrameType.RST_STREAM).length, MANY);
});

Deno.test("The streams that the server has ended early are remembered up to a bound", () => {
  const peer = serving();
  const streams = ids(MANY + 1);
  onEach(peer, streams, open);
  peer.command((session, now) => {
    streams.forEach((id) =>
      session.streams.sendHeaders(id, RESPONSE, true, now)
    );
  });
  peer.say((writer) => encodeData(writer, 3, BLOCK, false));
  assertEquals(peer.framesOf(FrameType.RST_STREAM).length, MANY + 1);
  peer.say((writer) => encodeData(writer, 1, BLOCK, false));
  assertEquals(peer.framesOf(FrameType.RST_STREAM).length, MANY + 2);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("A stream that the client has reset is no credit to reset more", () => {
  const peer = serving();
  onEach(peer, ids(100), open);
  onEach(peer, ids(100), cancel);
  assertEquals(uselessResets(peer), LAST_STRAW + CANCELLED);
});

Deno.test("A server may reset what its client has cancelled at the same time, in bursts", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  const streams = ids(MANY);
  peer.command((session, now) => {
    for (const id of streams) {
      session.streams.open(FIELDS, false, now);
      session.streams.reset(id, ErrorCode.CANCEL, now);
    }
  });
  onEach(peer, streams, cancel);
  assertEquals(peer.closedAt, undefined);
  assertEquals(uselessResets(peer), LAST_STRAW);
});

Deno.test("A server may ask its client to stop just when that has ended its request, in bursts", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  const streams = ids(MANY);
  peer.command((session, now) => {
    streams.forEach(() => session.streams.open(FIELDS, true, now));
  });
  onEach(peer, streams, (writer, id) => {
    encodeHeaders(writer, id, RESPONSE_BLOCK, false, true);
    encodeData(writer, id, BLOCK, true);
    encodeRstStream(writer, id, ErrorCode.NO_ERROR);
  });
  assertEquals(peer.closedAt, undefined);
  assert(uselessResets(peer) <= CREDIT + LAST_STRAW);
});
