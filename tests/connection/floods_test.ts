import { assert, assertEquals, assertLess } from "@std/assert";
import { CLIENT_PREFACE } from "../../src/connection/preface.ts";
import {
  encodeContinuation,
  encodeData,
  encodeFrame,
  encodeHeaders,
  encodePing,
  encodePriority,
  encodeRstStream,
  encodeSettings,
  encodeSettingsAck,
  ErrorCode,
  FrameType,
  FrameWriter,
  type RstStreamFrame,
  SettingId,
} from "../../src/frames/mod.ts";
import {
  type ClientParameters,
  clientParameters,
  type ServerParameters,
  serverParameters,
  type ServerSessionOptions,
  Session,
} from "../../src/session/mod.ts";
import { octets } from "../harness/octets.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";
import { BLOCK, FIELDS, RESPONSE, RESPONSE_BLOCK } from "./support.ts";

const NOTHING = new Uint8Array(0);
const OPAQUE_DATA = new Uint8Array(8);
/** One octet of padding and no data. */
const PADDING = octets("01 00");
/** No increment. */
const ZERO = octets("00000000");

function serving(options: ServerSessionOptions = {}): ScriptedPeer {
  return new ScriptedPeer(serverParameters(options)).handshake();
}

/** The peer repeats itself at one moment; how often, until it is shown out. */
function repetitions(
  peer: ScriptedPeer,
  say: (writer: FrameWriter, i: number) => void,
  most = 20_000,
): number {
  for (let i = 1; i <= most; i++) {
    peer.say((writer) => say(writer, i));
    if (peer.closedAt === undefined) continue;
    assertEquals(peer.goaways.at(-1)?.frame.errorCode, 0xb);
    return i;
  }
  return Infinity;
}

/**
 * The peer sends frames and reads nothing: no output is taken. Answers with
 * the octets that this end wants to send when it gives up.
 */
function unread(
  parameters: ClientParameters | ServerParameters,
  say: (writer: FrameWriter) => void,
): number {
  const session = new Session(parameters, 0);
  const writer = new FrameWriter();
  if (parameters.role === "server") session.receive(CLIENT_PREFACE, 0);
  encodeSettings(writer, []);
  session.receive(writer.take(), 0);
  for (let i = 0; i < 100_000; i++) {
    say(writer);
    session.receive(writer.take(), 0);
    session.takeEvents();
    if (session.state.kind !== "closed") continue;
    assertEquals(session.state.reason.code, ErrorCode.ENHANCE_YOUR_CALM);
    return session.takeOutput().length;
  }
  throw new Error("The flood is borne for ever");
}

/** Ten thousand PING acknowledgements, and a few more frames. */
const BOUND = 10_000 * 17 + 1_000;

// grpc-go stops reading at 100 queued replies, and the peer's writes block.
Deno.test("47 EN-flood: PINGs that nobody strikes are bounded by their answers", () => {
  const lenient = serverParameters({ enforcement: { maxPingStrikes: 0 } });
  for (const parameters of [lenient, clientParameters()]) {
    const length = unread(
      parameters,
      (writer) => encodePing(writer, false, OPAQUE_DATA),
    );
    assertLess(length, BOUND);
  }
});

Deno.test("47 EN-flood: a server strikes long before that", () => {
  const peer = serving();
  assertEquals(
    repetitions(peer, (writer) => encodePing(writer, false, OPAQUE_DATA)),
    4,
  );
});

// grpc-go stops reading, and the peer's writes block.
Deno.test("111 FL-settings: endless SETTINGS end the connection", () => {
  for (const parameters of [serverParameters(), clientParameters()]) {
    const length = unread(parameters, (writer) => encodeSettings(writer, []));
    assertLess(length, BOUND);
  }
});

Deno.test("111 FL-settings: endless SETTINGS that are read end it, too", () => {
  const count = repetitions(serving(), (writer) => encodeSettings(writer, []));
  assert(count > 500 && count <= 1_001, `Borne ${count} times`);
});

Deno.test("Frames of no use end the connection", () => {
  const useless: [string, (writer: FrameWriter) => void][] = [
    ["PRIORITY", (writer) => encodePriority(writer, 1, 0, 0, false)],
    ["an extension", (writer) => encodeFrame(writer, 0xfa, 0, 0, NOTHING)],
    ["empty DATA", (writer) => encodeData(writer, 1, NOTHING, false)],
    ["DATA that is padding", (writer) => encodeFrame(writer, 0, 8, 1, PADDING)],
    [
      "an unsolicited PING ACK",
      (writer) => encodePing(writer, true, OPAQUE_DATA),
    ],
    ["an unsolicited SETTINGS ACK", encodeSettingsAck],
    ["RST_STREAM", (writer) => encodeRstStream(writer, 1, 8)],
    ["stream errors", (writer) => encodeFrame(writer, 8, 0, 1, ZERO)],
  ];
  for (const [name, say] of useless) {
    const peer = serving();
    peer.headers(1);
    const count = repetitions(peer, say);
    assert(count > 400 && count <= 1_002, `${name} is borne ${count} times`);
  }
});

Deno.test("Frames of no use are borne at a moderate rate", () => {
  const peer = serving();
  for (let i = 0; i < 5_000; i++) {
    peer.now += 4;
    peer.say((writer) => encodePriority(writer, 1, 0, 0, false));
  }
  assertEquals(peer.closedAt, undefined);
});

Deno.test("Useful frames are borne at any rate", () => {
  const peer = serving({ maxConcurrentStreams: 1 });
  for (let i = 0; i < 5_000; i++) {
    const id = 2 * i + 1;
    peer.say((writer) => {
      encodeHeaders(writer, id, BLOCK, false, true);
      encodeData(writer, id, BLOCK, true);
      encodeFrame(writer, FrameType.WINDOW_UPDATE, 0, 0, octets("00000001"));
    });
    peer.command((session, now) =>
      session.streams.sendHeaders(id, RESPONSE, true, now)
    );
  }
  assertEquals(peer.closedAt, undefined);
  assertEquals(peer.session.counters().streamsSucceeded, 5_000);
});

Deno.test("A CONTINUATION flood of small pieces ends the connection", () => {
  const peer = serving();
  peer.say((writer) => encodeHeaders(writer, 1, NOTHING, false, false));
  const writer = new FrameWriter();
  for (let i = 0; i <= 100_000; i++) {
    encodeContinuation(writer, 1, BLOCK, false);
  }
  peer.receive(writer.take());
  assertEquals(peer.goaways.at(-1)?.frame.errorCode, 0xb);
});

Deno.test("114 FL-rapid-reset: HEADERS and RST_STREAM in a loop end the connection", () => {
  const peer = serving();
  const count = repetitions(peer, (writer, i) => {
    encodeHeaders(writer, 2 * i - 1, BLOCK, true, true);
    encodeRstStream(writer, 2 * i - 1, ErrorCode.CANCEL);
  }, 11_000);
  assertEquals(count, 10_001);
  assertEquals(peer.session.counters().streamsStarted, count);
});

Deno.test("A server may end the requests of its client at any rate", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  for (let i = 0; i < 5_000; i++) {
    const id = peer.command((session, now) =>
      session.streams.open(FIELDS, false, now)
    );
    peer.say((writer) => {
      encodeHeaders(writer, id, RESPONSE_BLOCK, true, true);
      encodeRstStream(writer, id, ErrorCode.NO_ERROR);
    });
  }
  assertEquals(peer.closedAt, undefined);
});

Deno.test("A client may reset what its server ends early, at any rate, but once", () => {
  const peer = serving();
  for (let id = 1; id < 10_000; id += 2) {
    peer.headers(id);
    peer.command((session, now) =>
      session.streams.sendHeaders(id, RESPONSE, true, now)
    );
    peer.rstStream(id, ErrorCode.NO_ERROR);
  }
  assertEquals(peer.closedAt, undefined);
  assertEquals(peer.framesOf(FrameType.RST_STREAM).length, 5_000);
  const count = repetitions(
    peer,
    (writer) => encodeRstStream(writer, 1, ErrorCode.CANCEL),
  );
  assert(count > 5_400 && count <= 6_001, `Borne ${count} times`);
});

Deno.test("A server may reset what its client resets, at any rate, but once", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  for (let i = 0; i < 5_000; i++) {
    peer.command((session, now) => {
      const id = session.streams.open(FIELDS, false, now);
      session.streams.reset(id, ErrorCode.CANCEL, now);
    });
    peer.rstStream(2 * i + 1, ErrorCode.NO_ERROR);
  }
  assertEquals(peer.closedAt, undefined);
  const count = repetitions(
    peer,
    (writer) => encodeRstStream(writer, 1, ErrorCode.CANCEL),
  );
  assert(count > 400 && count <= 1_001, `Borne ${count} times`);
});

Deno.test("115 FL-max-streams: a stream above the limit is refused", () => {
  const peer = serving({ maxConcurrentStreams: 1 });
  peer.headers(1);
  peer.headers(3);
  const resets = peer.framesOf(FrameType.RST_STREAM).map(({ frame }) => {
    const { streamId, errorCode } = frame as RstStreamFrame;
    return [streamId, errorCode];
  });
  assertEquals(resets, [[3, ErrorCode.REFUSED_STREAM]]);
  assertEquals(peer.session.streams.active, 1);
  assertEquals(peer.eventsOf("headers").length, 1);
});

Deno.test("115 FL-max-streams: there is room again once a stream has ended", () => {
  const peer = serving({ maxConcurrentStreams: 1 });
  peer.headers(1, true);
  peer.headers(3, true);
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, true, now)
  );
  peer.headers(5, true);
  assertEquals(peer.eventsOf("headers").map(({ streamId }) => streamId), [
    1,
    5,
  ]);
});

Deno.test("115 FL-max-streams: late frames on a refused stream are discarded", () => {
  const peer = serving({ maxConcurrentStreams: 0 });
  peer.headers(1);
  const sent = peer.sent.length;
  peer.say((writer) => {
    encodeData(writer, 1, BLOCK, false);
    encodeHeaders(writer, 1, BLOCK, true, true);
    encodeRstStream(writer, 1, ErrorCode.CANCEL);
  });
  assertEquals(peer.sent.length, sent);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("118 FL-preface: a client that says nothing is closed after 120 s", () => {
  const peer = new ScriptedPeer(serverParameters());
  peer.advanceTo(119_999);
  assertEquals(peer.closedAt, undefined);
  peer.advanceTo(120_000);
  assertEquals(peer.closedAt, 120_000);
  const [{ reason }] = peer.eventsOf("closed");
  assertEquals(reason.kind, "handshake-timeout");
});

Deno.test("118 FL-preface: a preface without SETTINGS does not help", () => {
  const peer = new ScriptedPeer(serverParameters());
  peer.receive(CLIENT_PREFACE);
  peer.advanceTo(120_000);
  const [{ reason }] = peer.eventsOf("closed");
  assertEquals([reason.kind, reason.at], ["handshake-timeout", 120_000]);
});

Deno.test("The limits of header lists and of streams are announced", () => {
  const peer = new ScriptedPeer(serverParameters({
    maxConcurrentStreams: 5,
    enforcement: { advertise: false },
  }));
  const [{ frame }] = peer.framesOf(FrameType.SETTINGS);
  assertEquals("settings" in frame && frame.settings, [
    [SettingId.MAX_HEADER_LIST_SIZE, 65_536],
    [SettingId.MAX_CONCURRENT_STREAMS, 5],
  ]);
});

Deno.test("Too many streams are no flood of a client that cannot know the limit yet", () => {
  const burst = (knowsLimit: boolean) => {
    const peer = new ScriptedPeer(serverParameters({
      maxConcurrentStreams: 100,
    }));
    peer.receive(CLIENT_PREFACE);
    peer.say((writer) => {
      encodeSettings(writer, []);
      if (knowsLimit) encodeSettingsAck(writer);
    });
    peer.say((writer) => {
      for (let id = 1; id < 4_000; id += 2) {
        encodeHeaders(writer, id, BLOCK, true, true);
      }
    });
    return peer;
  };
  const unaware = burst(false);
  assertEquals(unaware.closedAt, undefined);
  assertEquals(unaware.session.streams.active, 100);
  const refused = unaware.framesOf(FrameType.RST_STREAM)
    .filter(({ frame }) =>
      (frame as RstStreamFrame).errorCode === ErrorCode.REFUSED_STREAM
    );
  assertEquals(refused.length, 1_900);
  assertEquals(burst(true).goaways.at(-1)?.frame.errorCode, 0xb);
});

/** Response headers of 5 KB. */
const LARGE: typeof FIELDS = [[":status", "200"], ["x", "v".repeat(5_000)]];

Deno.test("Requests whose responses nobody reads are refused, and end the connection", () => {
  const session = new Session(serverParameters(), 0);
  const writer = new FrameWriter();
  const say = (id: number) => {
    encodeHeaders(writer, id, BLOCK, true, true);
    session.receive(writer.take(), 0);
  };
  session.receive(CLIENT_PREFACE, 0);
  encodeSettings(writer, []);
  encodeSettingsAck(writer);
  session.receive(writer.take(), 0);
  let refused = 0;
  for (let id = 1; session.state.kind !== "closed"; id += 2) {
    session.takeEvents();
    say(id);
    const opened = session.takeEvents().some(({ type }) => type === "headers");
    if (opened) session.streams.sendHeaders(id, LARGE, true, 0);
    else refused++;
  }
  assertEquals(session.state.reason.code, ErrorCode.ENHANCE_YOUR_CALM);
  assert(refused > 900 && refused <= 1_001, `${refused} were refused`);
  assertLess(session.takeOutput().length, 4_194_304 + 50_000);
});

Deno.test("However much this end has to say at once, that is no flood of its peer", () => {
  const asking = new ScriptedPeer(clientParameters()).handshake();
  for (let i = 0; i < 1_000; i++) asking.session.streams.open(LARGE, true, 0);
  asking.ping();
  assertEquals(asking.closedAt, undefined);

  const answering = serving({ maxConcurrentStreams: 2_000 });
  for (let i = 0; i < 2_000; i++) answering.headers(2 * i + 1, true);
  for (let i = 0; i < 1_000; i++) {
    answering.session.streams.sendHeaders(2 * i + 1, LARGE, true, 0);
  }
  answering.ping();
  answering.rstStream(3_999);
  assertEquals(answering.closedAt, undefined);
});

Deno.test("A frame of no use beside each useful one is no flood, in whatever order", () => {
  const beside: [string, (writer: FrameWriter, id: number) => void][] = [
    ["PRIORITY", (writer, id) => encodePriority(writer, id, 0, 0, false)],
    ["an extension", (writer) => encodeFrame(writer, 0xfa, 0, 0, NOTHING)],
    ["empty DATA", (writer, id) => encodeData(writer, id, NOTHING, false)],
    ["SETTINGS", (writer) => encodeSettings(writer, [])],
  ];
  for (const [, say] of beside) {
    const [one, each] = [serving({ maxConcurrentStreams: 5_000 }), serving()];
    one.say((writer) => {
      for (let id = 1; id < 6_000; id += 2) {
        encodeHeaders(writer, id, BLOCK, false, true);
      }
      for (let id = 1; id < 6_000; id += 2) say(writer, id);
    });
    assertEquals(one.closedAt, undefined);
    each.headers(1);
    for (let i = 0; i < 20; i++) {
      each.say((writer) => {
        for (let k = 0; k < 1_000; k++) {
          encodeData(writer, 1, Uint8Array.of(1), false);
          say(writer, 1);
        }
      });
      each.command((session, now) => session.streams.consumed(1, 1_000, now));
    }
    assertEquals(each.closedAt, undefined);
  }
});

Deno.test("2,000 streams may end with an empty DATA frame each", () => {
  const peer = serving({ maxConcurrentStreams: 2_000 });
  for (let id = 1; id < 4_000; id += 2) peer.headers(id);
  for (let id = 1; id < 4_000; id += 2) {
    peer.say((writer) => encodeData(writer, id, NOTHING, true));
  }
  assertEquals(peer.closedAt, undefined);
});

Deno.test("2,000 requests that a drain has dropped may be cancelled at once", () => {
  const peer = serving();
  peer.headers(1);
  peer.command((session, now) => session.drain("max_age", now));
  peer.advanceTo(60_000);
  assertEquals(peer.goaways.at(-1)?.frame.lastStreamId, 1);
  peer.say((writer) => {
    for (let id = 3; id < 4_003; id += 2) {
      encodeHeaders(writer, id, BLOCK, true, true);
    }
    for (let id = 3; id < 4_003; id += 2) encodeRstStream(writer, id, 8);
  });
  assertEquals(peer.closedAt, undefined);
});
