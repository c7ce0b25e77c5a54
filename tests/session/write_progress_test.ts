import { assertEquals } from "@std/assert";
import { encodePing } from "../../src/frames/mod.ts";
import { serverParameters } from "../../src/session/mod.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";
import { clientOf, open } from "./client_keepalive_peer.ts";

const KEEPALIVE = { time: 10_000, timeout: 1_000 };

/** Both ends, with a PING that went out at 10 000. */
const ENDS: Record<string, () => ScriptedPeer> = {
  client: () => {
    const peer = clientOf(KEEPALIVE);
    open(peer);
    peer.advanceTo(10_000);
    return peer;
  },
  server: () => {
    const parameters = serverParameters({ keepalive: KEEPALIVE });
    const peer = new ScriptedPeer(parameters).handshake();
    peer.advanceTo(10_000);
    return peer;
  },
};

function progress(peer: ScriptedPeer, at: number): void {
  peer.advanceTo(at);
  peer.command((session, now) => session.writeProgress(now));
}

for (const [role, probing] of Object.entries(ENDS)) {
  Deno.test(`the ${role} whose writes get on waits for its PING a timeout longer each time`, () => {
    const peer = probing();
    for (let at = 10_500; at <= 30_000; at += 900) progress(peer, at);
    assertEquals(peer.closedAt, undefined);
    const last = peer.now;
    peer.advanceTo(60_000);
    assertEquals(peer.closedAt, last + 1_000);
    assertEquals(peer.pingTimes, [10_000]);
    assertEquals(peer.session.counters().lastReadAt, 0);
  });

  Deno.test(`the ${role} whose writes do not get on closes after the timeout`, () => {
    const peer = probing();
    peer.advanceTo(60_000);
    assertEquals(peer.closedAt, 11_000);
  });

  Deno.test(`14 KC-writes-not-activity: the ${role} whose writes get on sends its next PING a time after the last read`, () => {
    const peer = probing();
    progress(peer, 10_900);
    peer.advanceTo(11_500);
    peer.say((writer) => encodePing(writer, true, new Uint8Array(8)));
    for (let at = 12_000; at <= 21_000; at += 900) progress(peer, at);
    peer.advanceTo(21_500);
    assertEquals(peer.pingTimes, [10_000, 21_500]);
  });
}

Deno.test("write progress before the handshake, and after the end, is nothing", () => {
  const peer = new ScriptedPeer(serverParameters());
  progress(peer, 10);
  assertEquals(peer.session.state.kind, "handshaking");
  peer.command((session, now) => session.close(now));
  const events = peer.events.length;
  progress(peer, 20);
  assertEquals(peer.events.length, events);
  assertEquals(peer.closedAt, 10);
});
