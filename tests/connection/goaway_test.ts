import { assertEquals } from "@std/assert";
import {
  encodeData,
  encodeGoaway,
  encodeHeaders,
  ErrorCode,
  FrameType,
  MAX_UINT31,
} from "../../src/frames/mod.ts";
import { clientParameters } from "../../src/session/mod.ts";
import { ascii } from "../harness/octets.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";
import {
  BLOCK,
  client,
  type Endpoint,
  FIELDS,
  RESPONSE_BLOCK,
  server,
} from "./support.ts";

const NOTHING = new Uint8Array(0);

function requesting(count: number): Endpoint {
  const end = client();
  for (let i = 0; i < count; i++) end.streams.sender.open(FIELDS, false);
  end.sent();
  return end;
}

/** The streams that a GOAWAY of the server ends, without an answer. */
function rejected(end: Endpoint, lastStreamId: number, code = 0): number[] {
  const sent = end.say((writer) =>
    encodeGoaway(writer, lastStreamId, code, NOTHING)
  );
  assertEquals(sent, []);
  return end.takeEvents().flatMap((event) => {
    if (event.type !== "reset") return [];
    const { streamId, ...rest } = event;
    assertEquals(rest, {
      type: "reset",
      code: ErrorCode.REFUSED_STREAM,
      by: "peer",
      unprocessed: true,
    });
    return [streamId];
  });
}

Deno.test("A GOAWAY is told and kept", () => {
  const end = requesting(1);
  end.say((writer) =>
    encodeGoaway(writer, 1, ErrorCode.ENHANCE_YOUR_CALM, ascii("calm"))
  );
  const goaway = { lastStreamId: 1, code: 0xb, debug: "calm" };
  assertEquals(end.takeEvents(), [
    { type: "goaway-received", ...goaway },
    { type: "draining", by: "peer", reason: goaway.debug, closeAt: Infinity },
  ]);
  assertEquals(end.connection.goaways?.received, goaway);
});

Deno.test("74 GC-idle-close: without streams a GOAWAY leaves nothing to do", () => {
  const end = requesting(0);
  assertEquals(end.connection.finished, false);
  assertEquals(rejected(end, 0), []);
  assertEquals(end.connection.finished, true);
});

Deno.test("74 GC-idle-close: the client closes, and sends no GOAWAY itself", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  peer.goaway(0);
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.reason.kind, "goaway");
  assertEquals(peer.goaways, []);
});

Deno.test("75 GC-retriable: streams above the identifier were not processed", () => {
  const end = requesting(3);
  assertEquals(rejected(end, 1), [3, 5]);
  assertEquals(end.streams.table.activeCount, 1);
});

Deno.test("75 GC-retriable: late frames on rejected streams are discarded", () => {
  const end = requesting(2);
  rejected(end, 1);
  const sent = end.say((writer) => {
    encodeHeaders(writer, 3, RESPONSE_BLOCK, false, true);
    encodeData(writer, 3, BLOCK, true);
  });
  assertEquals(sent, []);
});

Deno.test("77 GC-two-phase: the announcement rejects nothing", () => {
  const end = requesting(2);
  assertEquals(rejected(end, MAX_UINT31), []);
  assertEquals(rejected(end, 1), [3]);
  assertEquals(rejected(end, 0), [1]);
  assertEquals(end.connection.finished, true);
});

// grpc-go finds the violation, but does not act on it until the socket fails.
Deno.test("78 GC-increasing: a GOAWAY that grows ends the connection", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  peer.command((session, now) => session.streams.open(FIELDS, false, now));
  peer.goaway(1);
  peer.goaway(3);
  const [{ reason }] = peer.eventsOf("closed");
  assertEquals([reason.kind, reason.code], ["protocol-error", 1]);
  assertEquals(
    reason.debug.includes(
      "received goaway with stream id: 3, which exceeds stream id of previous goaway: 1",
    ),
    true,
  );
  assertEquals(peer.goaways.at(-1)?.frame.errorCode, ErrorCode.PROTOCOL_ERROR);
});

// grpc-go finds the violation, but does not act on it until the socket fails.
Deno.test("79 GC-even-id: a GOAWAY with an even identifier ends the connection", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  peer.command((session, now) => session.streams.open(FIELDS, false, now));
  peer.goaway(2);
  const [{ reason }] = peer.eventsOf("closed");
  assertEquals([reason.kind, reason.code], ["protocol-error", 1]);
  assertEquals(
    reason.debug.includes(
      "received goaway with non-zero even-numbered stream id: 2",
    ),
    true,
  );
  assertEquals(peer.goaways.at(-1)?.frame.errorCode, ErrorCode.PROTOCOL_ERROR);
});

Deno.test("80 GC-nonzero-code: streams go on, whatever the code", () => {
  const end = requesting(1);
  assertEquals(rejected(end, 1, ErrorCode.INTERNAL_ERROR), []);
  end.say((writer) => encodeHeaders(writer, 1, RESPONSE_BLOCK, false, true));
  assertEquals(end.takeEvents().map(({ type }) => type), ["headers"]);
});

Deno.test("A GOAWAY of a client ends nothing at the server", () => {
  const end = server();
  end.say((writer) => {
    encodeHeaders(writer, 1, BLOCK, false, true);
    encodeGoaway(writer, 0, 0, NOTHING);
    encodeHeaders(writer, 3, BLOCK, false, true);
  });
  assertEquals(end.streams.table.activeCount, 2);
  assertEquals(end.connection.finished, false);
});

Deno.test("84 GC-client-sends: a client that closes says so", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  peer.command((session, now) => session.close(now));
  assertEquals(peer.goaways.map(({ frame }) => frame), [{
    type: FrameType.GOAWAY,
    streamId: 0,
    lastStreamId: 0,
    errorCode: ErrorCode.NO_ERROR,
    debugData: ascii("client transport shutdown"),
  }]);
});
