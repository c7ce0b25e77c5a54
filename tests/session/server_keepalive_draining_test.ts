import { assertEquals } from "@std/assert";
import type { PingRecord } from "../../src/connection/mod.ts";
import { serverOf } from "./server_keepalive_peer.ts";

const AGES = {
  max_age: { maxConnectionAge: 1_000 },
  max_idle: { maxConnectionIdle: 1_000 },
};

for (const [reason, age] of Object.entries(AGES)) {
  Deno.test(`26 KS-close-unresponsive: keepalive goes on after the GOAWAY for ${reason}, where grpc-go's stops`, () => {
    const peer = serverOf({ time: 300, timeout: 100, ...age });
    peer.acknowledges = 10;
    if (reason === "max_age") peer.headers(1);
    peer.advanceTo(1_005);
    // A stream that the client opened before it saw the GOAWAY still counts.
    if (reason === "max_idle") peer.headers(1);
    peer.advanceTo(2_000);
    assertEquals(peer.session.state.kind, "draining");
    assertEquals(peer.eventsOf("draining")[0].reason, reason);
    peer.acknowledges = undefined;
    peer.advanceTo(5_000);
    const last = peer.pingTimes.at(-1)!;
    assertEquals(peer.closedAt, last + 100);
    const { state } = peer.session;
    assertEquals(
      state.kind === "closed" && state.reason.kind,
      "keepalive-timeout",
    );
  });
}

Deno.test("28 KS-period: the PING of a drain is none of keepalive's, and is not counted", () => {
  const peer = serverOf({ time: 300, timeout: 100 });
  peer.headers(1);
  peer.command((session, now) => session.drain("graceful_stop", now));
  assertEquals(peer.pingTimes, [0]);
  assertEquals(peer.session.counters().keepAlivesSent, 0);
  const sent: Pick<PingRecord, "purpose" | "id">[] = peer.eventsOf("ping-sent");
  assertEquals(sent.map(({ purpose, id }) => [purpose, id]), [["drain", 1]]);
  peer.advanceTo(300);
  assertEquals(peer.session.counters().keepAlivesSent, 1);
  assertEquals(peer.session.counters().keepAlivesAcked, 0);
});

Deno.test("26 KS-close-unresponsive: a client that dies during the drain is noticed before the final GOAWAY is due", () => {
  const peer = serverOf({ time: 300, timeout: 100 });
  peer.headers(1);
  peer.command((session, now) => session.drain("graceful_stop", now));
  peer.advanceTo(10_000);
  assertEquals(peer.closedAt, 400);
  assertEquals(peer.goaways.length, 1);
});
