import { assert, assertEquals, assertLess } from "@std/assert";
import { encodePing, ErrorCode, FrameWriter } from "../../src/frames/mod.ts";
import type { EnforcementOptions } from "../../src/keepalive/mod.ts";
import { serverParameters } from "../../src/session/mod.ts";
import { ScriptedPeer } from "../harness/scripted_peer.ts";
import { type Random, withSeed } from "../harness/seed.ts";
import { VirtualPair } from "../harness/virtual_pair.ts";

function pinged(
  enforcement: EnforcementOptions,
  times: readonly number[],
): ScriptedPeer {
  const parameters = serverParameters({ enforcement });
  const peer = new ScriptedPeer(parameters).handshake();
  peer.headers(1);
  for (const time of times) {
    peer.advanceTo(time);
    if (peer.closedAt === undefined) peer.ping();
  }
  return peer;
}

function strikes(peer: ScriptedPeer): number {
  return peer.session.counters().pingStrikes;
}

Deno.test("tolerance: grpc-go has none, so a client that pings every minTime is struck by jitter; here a PING that is early by no more than the tolerance is no strike", () => {
  const enforcement = { minTime: 10_000, tolerance: 300 };
  assertEquals(strikes(pinged(enforcement, [0, 9_700])), 0);
  assertEquals(strikes(pinged(enforcement, [0, 9_699])), 1);
});

Deno.test("tolerance: it does not add up, as each PING is measured from the one before", () => {
  const times = Array.from({ length: 1_000 }, (_, i) => i * 9_700);
  const enforcement = { minTime: 10_000, tolerance: 300 };
  assertEquals(strikes(pinged(enforcement, times)), 0);
});

Deno.test("tolerance: by default it is 5 % of minTime, and a second at the most", () => {
  assertEquals(strikes(pinged({ minTime: 10_000 }, [0, 9_500])), 0);
  assertEquals(strikes(pinged({ minTime: 10_000 }, [0, 9_499])), 1);
  assertEquals(strikes(pinged({ minTime: 300_000 }, [0, 299_000])), 0);
  assertEquals(strikes(pinged({ minTime: 300_000 }, [0, 298_999])), 1);
});

Deno.test("tolerance: it holds for the two hours without a stream, too", () => {
  const parameters = serverParameters();
  const peer = new ScriptedPeer(parameters).handshake();
  peer.ping();
  peer.advanceTo(7_200_000 - 1_000);
  peer.ping();
  assertEquals(strikes(peer), 0);
  peer.advanceTo(peer.now + 7_200_000 - 1_001);
  peer.ping();
  assertEquals(strikes(peer), 1);
});

/** Strikes of a client that pings by the clock, over a path with jitter. */
function strikesOverJitter(random: Random, tolerance?: number): number {
  const minTime = 10_000;
  const pair = new VirtualPair({
    server: {
      enforcement: { minTime, permitWithoutStream: true, tolerance },
    },
    link: (octets) => [{ after: 100 + random.below(400), octets }],
  });
  for (let i = 1; i <= 300; i++) {
    pair.runTo(i * minTime);
    if (pair.client.state.kind !== "open") break;
    pair.command(({ client }, now) => client.ping(now));
  }
  pair.runTo(pair.now + 1_000);
  return pair.server.counters().pingStrikes;
}

Deno.test(
  "tolerance: PINGs that leave every minTime over a path with 400 ms of jitter are not struck; without tolerance they are",
  withSeed((random) => {
    assertEquals(strikesOverJitter(random), 0);
    assertEquals(strikesOverJitter(random, 0), 3);
  }),
);

Deno.test("maxPingStrikes: grpc-go has 2 built in; here it is an option", () => {
  for (const maxPingStrikes of [1, 2, 5]) {
    const times = Array.from({ length: 20 }, (_, i) => i + 1);
    const peer = pinged({ maxPingStrikes }, times);
    assertEquals(peer.closedAt, maxPingStrikes + 2);
    const limits = peer.eventsOf("ping-strike").map(({ limit }) => limit);
    assertEquals(limits, new Array(maxPingStrikes + 1).fill(maxPingStrikes));
  }
});

Deno.test("maxPingStrikes 0: strikes are counted and reported, and that is all (gRPC Core's max_ping_strikes; grpc-go cannot be told so)", () => {
  const times = Array.from({ length: 1_001 }, (_, i) => i);
  const peer = pinged({ maxPingStrikes: 0 }, times);
  assertEquals(peer.closedAt, undefined);
  assertEquals(strikes(peer), 1_000);
  const last = peer.eventsOf("ping-strike").at(-1);
  assertEquals(last?.strikes, 1_000);
  assertEquals(last?.limit, 0);
});

Deno.test("minTime 0: any PING may come while a stream is active (grpc-go takes 0 for five minutes)", () => {
  const peer = pinged({ minTime: 0 }, new Array(1_000).fill(0));
  assertEquals(strikes(peer), 0);
});

/** Octets of a burst of PINGs. */
function burst(count: number): Uint8Array {
  const writer = new FrameWriter();
  for (let i = 0; i < count; i++) encodePing(writer, false, new Uint8Array(8));
  return writer.take();
}

Deno.test("47 EN-flood: of 100 000 PINGs in a burst four are answered, then the GOAWAY", () => {
  const session = new ScriptedPeer(serverParameters()).handshake();
  session.receive(burst(100_000));
  assertEquals(session.closedAt, 0);
  assertEquals(session.session.counters().pingsReceived, 4);
  assertEquals(session.goaways[0].frame.errorCode, ErrorCode.ENHANCE_YOUR_CALM);
});

Deno.test("47 EN-flood: where the policy allows all PINGs, replies that nobody reads end the connection; grpc-go stops reading, which can deadlock two peers", () => {
  const peer = new ScriptedPeer(
    serverParameters({ enforcement: { maxPingStrikes: 0 } }),
  ).handshake();
  peer.receive(burst(100_000));
  const { state } = peer.session;
  assert(state.kind === "closed");
  assertEquals(state.reason.kind, "protocol-error");
  assertEquals(state.reason.code, ErrorCode.ENHANCE_YOUR_CALM);
  assertEquals(peer.goaways[0].frame.errorCode, ErrorCode.ENHANCE_YOUR_CALM);
  const octets = peer.session.counters().bytesSent;
  assertLess(octets, 200_000);
});

Deno.test("47 EN-flood: replies that are read are no flood, however many", () => {
  const peer = new ScriptedPeer(
    serverParameters({ enforcement: { maxPingStrikes: 0 } }),
  ).handshake();
  const octets = burst(5_000);
  for (let i = 0; i < 20; i++) peer.receive(octets);
  assertEquals(peer.closedAt, undefined);
  assertEquals(peer.session.counters().pingsReceived, 100_000);
});
