import { assertEquals, assertThrows } from "@std/assert";
import {
  type ClientParameters,
  clientParameters,
  type ServerParameters,
  serverParameters,
} from "../../src/session/mod.ts";
import { text } from "../harness/copied_frame.ts";
import { FIELDS, ScriptedPeer } from "../harness/scripted_peer.ts";

/** An end with one stream open, so that a drain does not end it. */
function busy(parameters: ClientParameters | ServerParameters): ScriptedPeer {
  const peer = new ScriptedPeer(parameters).handshake();
  if (parameters.role === "server") peer.headers(1);
  else peer.command((session, now) => session.streams.open(FIELDS, true, now));
  return peer;
}

for (const parameters of [clientParameters(), serverParameters()]) {
  const { role } = parameters;

  Deno.test(`a ${role} refuses a reason that the peer would not see as it is, and does not drain`, () => {
    const peer = busy(parameters);
    for (const reason of ["Schluß", "line\nbreak", "\x1b[2J", "\x7f", "…"]) {
      assertThrows(
        () => peer.session.drain(reason, 0),
        TypeError,
        "Cannot drain: expected a reason in printable ASCII",
      );
    }
    assertEquals(peer.session.state, { kind: "open" });
    assertEquals(peer.goaways, []);
    peer.command((session, now) => session.drain("max_age", now));
    assertEquals(peer.session.state.kind, "draining");
  });

  Deno.test(`a ${role} refuses a reason that is longer than is shown, and does not drain`, () => {
    const peer = busy(parameters);
    assertThrows(
      () => peer.session.drain("a".repeat(1_025), 0),
      RangeError,
      "Cannot drain: expected a reason of at most 1024 characters, received 1025",
    );
    assertEquals(peer.session.state, { kind: "open" });
    peer.command((session, now) => session.drain("a".repeat(1_024), now));
    assertEquals(peer.session.state.kind, "draining");
  });
}

Deno.test("a drain may do without a reason", () => {
  const peer = new ScriptedPeer(serverParameters()).handshake();
  peer.command((session, now) => session.drain("", now));
  assertEquals(peer.goaways.map(({ frame }) => text(frame.debugData)), [""]);
  peer.advanceTo(5_000);
  const { state } = peer.session;
  assertEquals(
    state.kind === "closed" && state.reason.message,
    "the connection was drained",
  );
});

Deno.test("a server that drains before its client has said anything still gives it five seconds, and closes", () => {
  const peer = new ScriptedPeer(serverParameters());
  peer.command((session, now) => session.drain("graceful_stop", now));
  peer.advanceTo(5_000);
  assertEquals(peer.closedAt, 5_000);
  const { state } = peer.session;
  assertEquals(state.kind === "closed" && state.reason.kind, "drained");
});

Deno.test("a client that completes its handshake during the drain is served until the second GOAWAY", () => {
  const peer = new ScriptedPeer(serverParameters());
  peer.command((session, now) => session.drain("graceful_stop", now));
  peer.advanceTo(1_000);
  peer.handshake();
  assertEquals(peer.session.state.kind, "draining");
  peer.headers(1);
  peer.advanceTo(5_000);
  assertEquals(peer.goaways[1].frame.lastStreamId, 1);
  peer.rstStream(1);
  assertEquals(peer.closedAt, 5_000);
});
