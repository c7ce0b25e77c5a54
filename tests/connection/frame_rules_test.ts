import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  encodeHeaders,
  encodePing,
  ErrorCode,
  errorCodeName,
  FrameType,
  type PingFrame,
} from "../../src/frames/mod.ts";
import { clientParameters, serverParameters } from "../../src/session/mod.ts";
import { text } from "../harness/copied_frame.ts";
import { octets } from "../harness/octets.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";
import { withSeed } from "../harness/seed.ts";
import { BLOCK, FIELDS } from "./support.ts";

function bothEnds(): ScriptedPeer[] {
  return [clientParameters(), serverParameters()].map((parameters) =>
    new ScriptedPeer(parameters).handshake()
  );
}

/** The PING acknowledgements that the session has sent. */
function acknowledgements(peer: ScriptedPeer): PingFrame[] {
  return peer.framesOf(FrameType.PING).map(({ frame }) => frame as PingFrame)
    .filter(({ ack }) => ack);
}

/**
 * What arrives closes the connection, and the peer is told why. grpc-go's
 * server closes without a GOAWAY, its client says NO_ERROR.
 */
function assertShownOut(
  peer: ScriptedPeer,
  digits: string,
  code: number,
  debug: string,
): void {
  peer.receive(octets(digits));
  const [{ reason }] = peer.eventsOf("closed");
  assertEquals([reason.kind, reason.by], ["protocol-error", "local"]);
  assertEquals(errorCodeName(reason.code), errorCodeName(code));
  const { frame } = peer.goaways.at(-1)!;
  assertEquals(frame.errorCode, code);
  assertEquals(frame.lastStreamId, 0);
  assertStringIncludes(text(frame.debugData), debug);
}

Deno.test(
  "89 PF-echo: a PING is answered once, with its eight octets, on stream 0",
  withSeed((random) => {
    for (const peer of bothEnds()) {
      const opaqueData = random.octets(8);
      peer.ping(opaqueData);
      assertEquals(acknowledgements(peer), [
        { type: FrameType.PING, streamId: 0, ack: true, opaqueData },
      ]);
      assertEquals(peer.closedAt, undefined);
    }
  }),
);

Deno.test("89 PF-echo: a PING is answered while the connection drains", () => {
  const opaqueData = octets("0102030405060708");
  for (const peer of bothEnds()) {
    const isServer = peer.session.parameters.role === "server";
    if (isServer) peer.headers(1);
    else {peer.command((session, now) =>
        session.streams.open(FIELDS, false, now)
      );}
    peer.command((session, now) => session.drain("graceful_stop", now));
    peer.ping(opaqueData);
    if (isServer) {
      peer.say((writer) =>
        encodePing(writer, true, octets("0106010800030309"))
      );
      assertEquals(peer.goaways.length, 2);
    }
    peer.now += 3 * 3_600_000;
    peer.ping(opaqueData);
    assertEquals(acknowledgements(peer).map((ping) => ping.opaqueData), [
      opaqueData,
      opaqueData,
    ]);
  }
});

Deno.test("89 PF-echo: a PING is answered after the peer's GOAWAY", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  peer.command((session, now) => session.streams.open(FIELDS, false, now));
  peer.goaway(1);
  peer.ping();
  assertEquals(acknowledgements(peer).length, 1);
});

Deno.test("89 PF-echo: the PING that is one too many is answered first", () => {
  const peer = new ScriptedPeer(serverParameters()).handshake();
  for (let i = 0; i < 4; i++) peer.ping();
  const last = peer.sent.slice(-2).map(({ frame }) => frame.type);
  assertEquals(last, [FrameType.PING, FrameType.GOAWAY]);
  assertEquals(acknowledgements(peer).length, 4);
});

Deno.test("90 PF-ack-no-reply: an acknowledgement of no PING is ignored", () => {
  for (const peer of bothEnds()) {
    const sent = peer.sent.length;
    peer.say((writer) => {
      encodePing(writer, true, new Uint8Array(8));
      encodePing(writer, true, octets("0204101009 0e0707"));
      encodePing(writer, true, octets("0106010800030309"));
    });
    assertEquals(peer.sent.length, sent);
    assertEquals(peer.closedAt, undefined);
    assertEquals(peer.eventsOf("ping-acked"), []);
  }
});

Deno.test("90 PF-ack-no-reply: acknowledgements are no strikes", () => {
  const peer = new ScriptedPeer(serverParameters()).handshake();
  for (let i = 0; i < 50; i++) {
    peer.say((writer) => encodePing(writer, true, new Uint8Array(8)));
  }
  assertEquals(peer.eventsOf("ping-strike"), []);
  assertEquals(peer.closedAt, undefined);
});

Deno.test("91 PF-length: a PING of 0, 7 or 9 octets", () => {
  for (const length of [0, 7, 9]) {
    for (const peer of bothEnds()) {
      assertShownOut(
        peer,
        `00000${length} 06 00 00000000 ${"00".repeat(length)}`,
        ErrorCode.FRAME_SIZE_ERROR,
        `Received a PING frame of ${length} octets, expected 8`,
      );
    }
  }
});

Deno.test("92 PF-stream: a PING on a stream", () => {
  for (const peer of bothEnds()) {
    assertShownOut(
      peer,
      "000008 06 00 00000001 0000000000000000",
      ErrorCode.PROTOCOL_ERROR,
      "Received a PING frame on stream 1, expected stream 0",
    );
  }
});

Deno.test("93 PF-goaway-malformed: a GOAWAY on a stream, or too short", () => {
  for (const peer of bothEnds()) {
    assertShownOut(
      peer,
      "000008 07 00 00000001 00000000 00000000",
      ErrorCode.PROTOCOL_ERROR,
      "Received a GOAWAY frame on stream 1, expected stream 0",
    );
  }
  for (const peer of bothEnds()) {
    assertShownOut(
      peer,
      "000007 07 00 00000000 00000000 000000",
      ErrorCode.FRAME_SIZE_ERROR,
      "Received a GOAWAY frame of 7 octets, expected at least 8",
    );
  }
});

Deno.test("94 PF-settings-malformed: each in its own way", () => {
  for (
    const [digits, code, debug] of [
      [
        "000006 04 01 00000000 0003 00000001",
        ErrorCode.FRAME_SIZE_ERROR,
        "expected an acknowledgement of 0",
      ],
      [
        "000000 04 00 00000001",
        ErrorCode.PROTOCOL_ERROR,
        "Received a SETTINGS frame on stream 1, expected stream 0",
      ],
      [
        "000005 04 00 00000000 0003000000",
        ErrorCode.FRAME_SIZE_ERROR,
        "expected a multiple of 6",
      ],
      [
        "000006 04 00 00000000 0004 80000000",
        ErrorCode.FLOW_CONTROL_ERROR,
        "Setting INITIAL_WINDOW_SIZE is 2147483648",
      ],
    ] as const
  ) {
    for (const peer of bothEnds()) assertShownOut(peer, digits, code, debug);
  }
});

Deno.test("96 PF-illegal-id: HEADERS on an even stream", () => {
  assertShownOut(
    new ScriptedPeer(serverParameters()).handshake(),
    "000001 01 05 00000002 83",
    ErrorCode.PROTOCOL_ERROR,
    "received an illegal stream id: 2",
  );
});

Deno.test("96 PF-illegal-id: HEADERS on a stream below the last", () => {
  const peer = new ScriptedPeer(serverParameters()).handshake();
  peer.say((writer) => {
    encodeHeaders(writer, 3, BLOCK, true, true);
    encodeHeaders(writer, 1, BLOCK, true, true);
  });
  const { frame } = peer.goaways[0];
  assertEquals([frame.errorCode, frame.lastStreamId], [1, 3]);
  assertStringIncludes(
    text(frame.debugData),
    "received an illegal stream id: 1",
  );
});

Deno.test("96 PF-illegal-id: a server that opens a stream", () => {
  assertShownOut(
    new ScriptedPeer(clientParameters()).handshake(),
    "000001 01 05 00000002 83",
    ErrorCode.PROTOCOL_ERROR,
    "received an illegal stream id: 2",
  );
});
