import { assertEquals } from "@std/assert";
import { MAX_QUEUED_REPLIES } from "../../src/connection/output.ts";
import {
  encodeData,
  encodeHeaders,
  encodePing,
  encodeSettings,
  ErrorCode,
  FrameWriter,
} from "../../src/frames/mod.ts";
import {
  type ClientParameters,
  clientParameters,
  isGraceful,
  type ServerParameters,
  serverParameters,
  type SessionOptions,
} from "../../src/session/mod.ts";
import { text } from "../harness/copied_frame.ts";
import { PREFACE } from "../harness/raw_peer.ts";
import { BLOCK, ScriptedPeer } from "../harness/scripted_peer.ts";
import { reasonOf, violate } from "./close_reason_support.ts";

/** Both ends, and who is at the other. */
const ENDS: readonly {
  own: string;
  peer: string;
  parameters: (
    options?: SessionOptions,
  ) => ClientParameters | ServerParameters;
}[] = [
  { own: "client", peer: "server", parameters: clientParameters },
  { own: "server", peer: "client", parameters: serverParameters },
];

/** The only GOAWAY that a session sent: code and debug data. */
function lastWord(peer: ScriptedPeer): [code: number, debug: string][] {
  return peer.goaways.map(({ frame }) => [
    frame.errorCode,
    text(frame.debugData),
  ]);
}

for (const { own, peer: other, parameters } of ENDS) {
  Deno.test(`protocol-error: the ${own} names the violation, and says so in its GOAWAY`, () => {
    const peer = new ScriptedPeer(parameters()).handshake();
    peer.advanceTo(300);
    peer.say(violate);
    const text =
      "Received a DATA frame on stream 7, which is idle (PROTOCOL_ERROR)";
    assertEquals(reasonOf(peer.session), {
      kind: "protocol-error",
      by: "local",
      code: ErrorCode.PROTOCOL_ERROR,
      debug: text,
      message: text,
      at: 300,
      lastReadAt: 300,
      lastPings: [],
    });
    assertEquals(lastWord(peer), [[ErrorCode.PROTOCOL_ERROR, text]]);
    assertEquals(isGraceful(reasonOf(peer.session)), false);
  });

  Deno.test(`protocol-error: the ${own} that is told so by its peer knows it`, () => {
    const peer = new ScriptedPeer(parameters()).handshake();
    peer.goaway(0, ErrorCode.FRAME_SIZE_ERROR, "too long");
    peer.command((session, now) => session.receiveEnd(now));
    const { kind, by, code, debug, message } = reasonOf(peer.session);
    assertEquals([kind, by, code, debug], [
      "goaway",
      "peer",
      ErrorCode.FRAME_SIZE_ERROR,
      "too long",
    ]);
    assertEquals(
      message,
      'received goaway: code: FRAME_SIZE_ERROR, debug data: "too long"',
    );
    assertEquals(isGraceful(reasonOf(peer.session)), false);
  });

  Deno.test(`settings-timeout: the ${own} waits for the acknowledgement of its SETTINGS, and no longer`, () => {
    const peer = new ScriptedPeer(parameters({ settingsTimeout: 7_000 }));
    if (own === "server") peer.receive(PREFACE);
    peer.say((writer) => encodeSettings(writer, []));
    peer.advanceTo(6_999);
    assertEquals(peer.session.state.kind, "open");
    peer.advanceTo(7_000);
    const text =
      "Received no acknowledgement of the SETTINGS frame in time (SETTINGS_TIMEOUT)";
    assertEquals(reasonOf(peer.session), {
      kind: "settings-timeout",
      by: "local",
      code: ErrorCode.SETTINGS_TIMEOUT,
      debug: text,
      message: text,
      at: 7_000,
      lastReadAt: 0,
      lastPings: [],
    });
    assertEquals(lastWord(peer), [[ErrorCode.SETTINGS_TIMEOUT, text]]);
  });

  Deno.test(`handshake-timeout: the ${own} waits for what the ${other} says first, and no longer`, () => {
    const peer = new ScriptedPeer(parameters({ handshakeTimeout: 3_000 }));
    peer.advanceTo(2_999);
    assertEquals(peer.session.state, { kind: "handshaking", until: 3_000 });
    peer.advanceTo(3_000);
    assertEquals(reasonOf(peer.session), {
      kind: "handshake-timeout",
      by: "local",
      code: ErrorCode.PROTOCOL_ERROR,
      debug: "handshake timeout",
      message:
        `received no HTTP/2 preface and SETTINGS from the ${other} within 3000 ms`,
      at: 3_000,
      lastReadAt: -1,
      lastPings: [],
    });
    assertEquals(lastWord(peer), [
      [ErrorCode.PROTOCOL_ERROR, "handshake timeout"],
    ]);
  });

  Deno.test(`end-of-stream: the ${own} reads the end without a GOAWAY`, () => {
    const peer = new ScriptedPeer(parameters()).handshake();
    peer.advanceTo(50);
    peer.command((session, now) => session.receiveEnd(now));
    assertEquals(reasonOf(peer.session), {
      kind: "end-of-stream",
      by: "peer",
      code: ErrorCode.NO_ERROR,
      debug: "",
      message: `error reading from ${other}: EOF`,
      at: 50,
      lastReadAt: 0,
      lastPings: [],
    });
    assertEquals(lastWord(peer), []);
    assertEquals(isGraceful(reasonOf(peer.session)), false);
  });

  Deno.test(`end-of-stream: the ${own} tells an end before the handshake from one after it`, () => {
    const peer = new ScriptedPeer(parameters());
    peer.command((session, now) => session.receiveEnd(now));
    assertEquals(
      reasonOf(peer.session).message,
      `error reading from ${other}: EOF before the HTTP/2 handshake was over`,
    );
  });

  Deno.test(`socket-error: the ${own} blames the network`, () => {
    const peer = new ScriptedPeer(parameters()).handshake();
    peer.advanceTo(50);
    peer.command((session, now) =>
      session.receiveError("Connection reset by peer (os error 104)", now)
    );
    assertEquals(reasonOf(peer.session), {
      kind: "socket-error",
      by: "network",
      code: ErrorCode.INTERNAL_ERROR,
      debug: "",
      message:
        `error reading from ${other}: Connection reset by peer (os error 104)`,
      at: 50,
      lastReadAt: 0,
      lastPings: [],
    });
    assertEquals(lastWord(peer), []);
    assertEquals(isGraceful(reasonOf(peer.session)), false);
  });

  Deno.test(`the first reason of the ${own} stays`, () => {
    const peer = new ScriptedPeer(parameters()).handshake();
    peer.command((session, now) => session.close(now));
    const reason = reasonOf(peer.session);
    peer.advanceTo(1_000_000);
    peer.command((session, now) => {
      session.receiveError("Broken pipe", now);
      session.receiveEnd(now);
      session.drain("graceful_stop", now);
      session.close(now);
    });
    peer.goaway(0, ErrorCode.INTERNAL_ERROR, "late");
    peer.say(violate);
    assertEquals(reasonOf(peer.session), reason);
    assertEquals(peer.eventsOf("closed").length, 1);
    assertEquals(peer.goaways.length, 1);
    assertEquals(peer.events.at(-1)?.type, "closed");
  });
}

Deno.test("handshake-timeout: a server by default gives its client 120 s to begin with, though it waits only 60 s for acknowledgements", () => {
  const peer = new ScriptedPeer(serverParameters());
  peer.advanceTo(119_999);
  assertEquals(peer.session.state.kind, "handshaking");
  peer.advanceTo(120_000);
  assertEquals(reasonOf(peer.session).kind, "handshake-timeout");
});

Deno.test("settings-timeout: the time counts from the end of the handshake, before which nothing can be acknowledged", () => {
  const peer = new ScriptedPeer(serverParameters({ settingsTimeout: 1_000 }));
  peer.advanceTo(30_000);
  peer.receive(PREFACE);
  peer.say((writer) => encodeSettings(writer, []));
  peer.advanceTo(30_999);
  assertEquals(peer.closedAt, undefined);
  peer.advanceTo(31_000);
  assertEquals(reasonOf(peer.session).kind, "settings-timeout");
});

Deno.test("protocol-error: a flood that is noticed within a command ends the session, and the command does not throw", () => {
  const enforcement = { maxPingStrikes: 0 };
  const { session } = new ScriptedPeer(serverParameters({ enforcement }))
    .handshake();
  const writer = new FrameWriter();
  encodeHeaders(writer, 1, BLOCK, false, true);
  for (let i = 0; i < 3; i++) {
    encodeData(writer, 1, new Uint8Array(16_000), false);
  }
  for (let i = 0; i < MAX_QUEUED_REPLIES - 1; i++) {
    encodePing(writer, false, new Uint8Array(8));
  }
  session.receive(writer.take(), 0);
  assertEquals(session.state.kind, "open");
  session.streams.consumed(1, 48_000, 0);
  const { kind, code } = reasonOf(session);
  assertEquals([kind, code], ["protocol-error", ErrorCode.ENHANCE_YOUR_CALM]);
});
