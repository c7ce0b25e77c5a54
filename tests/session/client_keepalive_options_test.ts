import { assertEquals, assertThrows } from "@std/assert";
import { clientParameters } from "../../src/session/mod.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";
import { clientOf, open } from "./client_keepalive_peer.ts";

const DAY = 86_400_000;

Deno.test("1 KC-default-off: without options no PING is ever sent, and no timer runs", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  assertEquals(peer.session.deadline(), Infinity);
  assertEquals(peer.session.keepaliveState, { kind: "off" });
  peer.advanceTo(DAY);
  assertEquals(peer.pingTimes, []);
  assertEquals(peer.session.state.kind, "open");
});

Deno.test("1 KC-default-off: not for a silent stream either", () => {
  const peer = new ScriptedPeer(clientParameters()).handshake();
  open(peer);
  peer.advanceTo(DAY);
  assertEquals(peer.pingTimes, []);
  assertEquals(peer.session.state.kind, "open");
});

for (const time of [1, 9_900]) {
  Deno.test(`2 KC-clamp: a time of ${time} ms becomes 10 s, and the session says so first of all`, () => {
    const keepalive = { time, permitWithoutStream: true };
    const peer = new ScriptedPeer(clientParameters({ keepalive })).handshake();
    assertEquals(peer.events[0], {
      at: 0,
      type: "warning",
      message:
        `Adjusting keepalive ping interval to minimum period of 10s: keepalive.time is ${time} ms; lower keepalive.minimumTime if both ends are yours`,
    });
    peer.advanceTo(10_000);
    assertEquals(peer.pingTimes, [10_000]);
  });
}

for (const time of [0, -1]) {
  Deno.test(`2 KC-clamp: a time of ${time} is refused, where grpc-go makes 10 s of it, as it may be meant as "off"`, () => {
    const error = assertThrows(
      () => clientParameters({ keepalive: { time } }),
      RangeError,
    );
    assertEquals(
      error.message,
      `Cannot use keepalive.time: expected milliseconds above 0, or Infinity for never, received ${time}`,
    );
  });
}

Deno.test("3 KC-timeout-default: 20 s after the PING, unless told otherwise", () => {
  const peer = new ScriptedPeer(clientParameters({
    keepalive: { time: 10_000, permitWithoutStream: true },
  })).handshake();
  peer.advanceTo(DAY);
  assertEquals(peer.pingTimes, [10_000]);
  assertEquals(peer.closedAt, 30_000);
});

for (const timeout of [0, -20]) {
  Deno.test(`3 KC-timeout-default: a timeout of ${timeout} is refused, where grpc-go closes at the first PING or takes the default`, () => {
    assertThrows(
      () => clientOf({ time: 10, timeout }),
      RangeError,
      "keepalive.timeout",
    );
  });
}

Deno.test("the keepalive in force of one session is not changed for those with the same options", () => {
  const keepalive = { time: 20_000 };
  const [one, other] = [keepalive, keepalive].map((keepalive) =>
    clientParameters({ keepalive }).keepalive as { timeout: number }
  );
  assertThrows(() => one.timeout = 1, TypeError);
  assertEquals(other.timeout, 20_000);
});
