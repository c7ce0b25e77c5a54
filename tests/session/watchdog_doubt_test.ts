import { assertEquals } from "@std/assert";
import { LATE_VERDICT, VERDICT_PAUSE } from "../../src/keepalive/mod.ts";
import type { ScriptedPeer } from "../harness/scripted_peer.ts";
import { clientOf, open } from "./client_keepalive_peer.ts";
import { serverOf } from "./server_keepalive_peer.ts";

const KEEPALIVE = { time: 1_000, timeout: 400 };

/** Both ends after their PING at 1000, which is judged at 1400. */
const PROBING: Record<string, () => ScriptedPeer> = {
  client: () => {
    const peer = clientOf({ ...KEEPALIVE, permitWithoutStream: true });
    peer.advanceTo(1_000);
    return peer;
  },
  server: () => {
    const peer = serverOf(KEEPALIVE);
    peer.advanceTo(1_000);
    return peer;
  },
};

for (const [role, probing] of Object.entries(PROBING)) {
  Deno.test(`the ${role} whose verdict comes in time closes`, () => {
    const peer = probing();
    peer.advanceLate(1_400 + LATE_VERDICT);
    assertEquals(peer.closedAt, 1_400 + LATE_VERDICT);
  });

  Deno.test(`the ${role} that was too busy to read looks once more before it judges, and a read saves the peer`, () => {
    const peer = probing();
    peer.advanceLate(5_000);
    assertEquals(peer.session.state.kind, "open");
    assertEquals(peer.session.deadline(), 5_000 + VERDICT_PAUSE);
    peer.now = 5_001;
    peer.receive(Uint8Array.of(0));
    peer.advanceTo(6_000);
    assertEquals(peer.session.state.kind, "open");
    assertEquals(peer.pingTimes, [1_000]);
    peer.advanceTo(6_001);
    assertEquals(peer.pingTimes, [1_000, 6_001]);
  });

  Deno.test(`the ${role} closes at the second look`, () => {
    const peer = probing();
    peer.advanceLate(5_000);
    peer.advanceTo(10_000);
    assertEquals(peer.closedAt, 5_000 + VERDICT_PAUSE);
  });

  Deno.test(`the ${role} that is late every time doubts once only`, () => {
    const peer = probing();
    peer.advanceLate(5_000);
    peer.advanceLate(9_000);
    assertEquals(peer.closedAt, 9_000);
  });

  Deno.test(`the ${role} that slept while a PING was out sends a fresh one with its full timeout`, () => {
    const peer = probing();
    peer.advanceLate(1_100, 1_000_000);
    peer.advanceLate(1_399, 1_000_299 + 3_600_000);
    assertEquals(peer.eventsOf("suspended"), [
      { at: 1_399, type: "suspended", slept: 3_600_000 },
    ]);
    assertEquals(peer.pingTimes, [1_000, 1_399]);
    peer.advanceTo(1_798);
    assertEquals(peer.session.state.kind, "open");
    peer.advanceTo(1_799);
    assertEquals(peer.closedAt, 1_799);
  });

  Deno.test(`the ${role} that slept over the verdict does not judge`, () => {
    const peer = probing();
    peer.advanceLate(1_100, 1_000_000);
    peer.advanceLate(1_400, 1_000_300 + 3_600_000);
    assertEquals(peer.pingTimes, [1_000, 1_400]);
    peer.acknowledges = 0;
    peer.ping();
    peer.advanceTo(2_000);
    assertEquals(peer.session.state.kind, "open");
  });

  Deno.test(`the ${role} whose wall clock is set back does nothing`, () => {
    const peer = probing();
    peer.advanceLate(1_100, 1_000_000_000);
    peer.advanceLate(1_200, 0);
    peer.advanceLate(1_300, 100);
    assertEquals(peer.eventsOf("suspended"), []);
    assertEquals(peer.pingTimes, [1_000]);
    assertEquals(peer.session.deadline(), 1_400);
  });

  Deno.test(`the ${role} whose clock goes back takes it to stand still`, () => {
    const peer = probing();
    peer.advanceLate(1_399);
    peer.session.advance(-1e6);
    assertEquals(peer.session.deadline(), 1_400);
    peer.session.receive(Uint8Array.of(0), 500);
    assertEquals(peer.session.counters().lastReadAt, 1_399);
    assertEquals(peer.session.deadline(), 2_399);
    peer.command((session) => session.ping(3));
    assertEquals(peer.events.at(-1)?.at, 1_399);
  });
}

Deno.test("a client that slept while it waited probes at once", () => {
  const peer = clientOf({ ...KEEPALIVE, permitWithoutStream: true });
  peer.advanceLate(100, 1_000_000);
  peer.advanceLate(200, 1_000_100 + 60_000);
  assertEquals(peer.pingTimes, [200]);
  assertEquals(peer.session.deadline(), 600);
});

Deno.test("a client that slept while it was dormant stays so; the next stream probes", () => {
  const peer = clientOf(KEEPALIVE);
  peer.advanceTo(1_000);
  peer.advanceLate(1_100, 1_000_000);
  peer.advanceLate(1_200, 1_000_100 + 60_000);
  assertEquals(peer.session.keepaliveState, { kind: "dormant" });
  assertEquals(peer.pingTimes, []);
  assertEquals(peer.session.deadline(), Infinity);
  open(peer);
  assertEquals(peer.pingTimes, [1_200]);
});

Deno.test("a client that slept without a stream falls dormant, and says so", () => {
  const peer = clientOf(KEEPALIVE);
  peer.advanceLate(100, 1_000_000);
  peer.advanceLate(200, 1_000_100 + 60_000);
  assertEquals(peer.pingTimes, []);
  assertEquals(peer.session.keepaliveState, { kind: "dormant" });
  assertEquals(peer.events.slice(-2), [
    { at: 200, type: "suspended", slept: 60_000 },
    { at: 200, type: "keepalive-dormant" },
  ]);
});

Deno.test("a client without keepalive that slept goes on as before", () => {
  const peer = clientOf({});
  peer.advanceLate(100, 1_000_000);
  peer.advanceLate(200, 1_000_100 + 60_000);
  assertEquals(peer.pingTimes, []);
  assertEquals(peer.session.state.kind, "open");
});

Deno.test("a client that slept while it was dormant gives a dead server one timeout after the next call, not two", () => {
  const peer = clientOf(KEEPALIVE);
  let wall = 1_000_000;
  // As the driver does: at each deadline, with both clocks.
  const runTo = (time: number) => {
    while (peer.session.deadline() <= time) {
      const now = Math.max(peer.now, peer.session.deadline());
      peer.advanceLate(now, wall + now);
    }
    peer.now = time;
  };
  runTo(5_000);
  assertEquals(peer.session.keepaliveState, { kind: "dormant" });
  wall += 3_600_000;
  open(peer);
  runTo(20_000);
  assertEquals(peer.pingTimes, [5_000]);
  assertEquals(peer.closedAt, 5_400);
  assertEquals(peer.eventsOf("suspended"), [
    { at: 5_000, type: "suspended", slept: 3_600_000 },
  ]);
});
