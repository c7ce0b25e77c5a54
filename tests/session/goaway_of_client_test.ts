import { assertEquals } from "@std/assert";
import { ErrorCode, FrameType, MAX_UINT31 } from "../../src/frames/mod.ts";
import { clientParameters, serverParameters } from "../../src/session/mod.ts";
import { FIELDS, RESPONSE, ScriptedPeer } from "../harness/scripted_peer.ts";

function server(): ScriptedPeer {
  const peer = new ScriptedPeer(serverParameters()).handshake();
  peer.headers(1);
  return peer;
}

function kindOfEnd(peer: ScriptedPeer): string | undefined {
  const { state } = peer.session;
  return state.kind === "closed" ? state.reason.kind : undefined;
}

Deno.test("a server goes on serving after a GOAWAY of its client, until the client leaves", () => {
  const peer = server();
  peer.goaway(0, ErrorCode.NO_ERROR, "client transport shutdown");
  assertEquals(peer.session.state.kind, "open");
  assertEquals(peer.eventsOf("draining"), []);
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, false, now)
  );
  assertEquals(peer.framesOf(FrameType.HEADERS).length, 1);
  peer.advanceTo(1_000);
  peer.command((session, now) => session.receiveEnd(now));
  assertEquals(peer.closedAt, 1_000);
  assertEquals(kindOfEnd(peer), "goaway");
});

Deno.test("a server takes any last stream from its client: grpc-go names its own highest, or 2^31-1", () => {
  for (const id of [0, 1, 2, 7, MAX_UINT31]) {
    const peer = server();
    peer.goaway(id);
    assertEquals(peer.closedAt, undefined);
  }
});

Deno.test("a client whose identifier grows from one GOAWAY to the next violates RFC 9113 section 6.8", () => {
  const peer = server();
  peer.goaway(0);
  peer.goaway(1);
  assertEquals(kindOfEnd(peer), "protocol-error");
  assertEquals(peer.goaways[0].frame.errorCode, ErrorCode.PROTOCOL_ERROR);
});

Deno.test("a client that resets the socket after its GOAWAY has still said goodbye", () => {
  const peer = server();
  peer.goaway(0, ErrorCode.NO_ERROR, "client transport shutdown");
  peer.session.receiveError("Connection reset by peer", 0);
  assertEquals(kindOfEnd(peer), "goaway");
});

Deno.test("a client that drains opens no stream, lets the running ones finish, and leaves with a GOAWAY", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  peer.command((session, now) => session.streams.open(FIELDS, true, now));
  peer.command((session, now) => session.drain("address removed", now));
  assertEquals(peer.session.state, {
    kind: "draining",
    by: "local",
    reason: "address removed",
    closeAt: Infinity,
  });
  assertEquals(peer.goaways, []);
  peer.advanceTo(400);
  peer.headers(1, true);
  assertEquals(peer.closedAt, 400);
  assertEquals(kindOfEnd(peer), "drained");
  assertEquals(peer.goaways.map(({ frame }) => frame.lastStreamId), [0]);
});

Deno.test("a client that drains without streams leaves at once", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  peer.command((session, now) => session.drain("address removed", now));
  assertEquals(peer.closedAt, 0);
  assertEquals(peer.goaways.length, 1);
});

Deno.test("a GOAWAY that comes while the client drains is the reason of its end", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  peer.command((session, now) => session.streams.open(FIELDS, true, now));
  peer.command((session, now) => session.drain("address removed", now));
  peer.goaway(0, ErrorCode.NO_ERROR, "max_age");
  assertEquals(kindOfEnd(peer), "goaway");
  assertEquals(
    peer.eventsOf("reset").map(({ unprocessed }) => unprocessed),
    [true],
  );
  assertEquals(peer.eventsOf("draining").length, 1);
});
