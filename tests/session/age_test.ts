import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ErrorCode, MAX_UINT31 } from "../../src/frames/mod.ts";
import {
  serverParameters,
  type ServerSessionOptions,
} from "../../src/session/mod.ts";
import { text } from "../harness/copied_frame.ts";
import { FIELDS, RESPONSE, ScriptedPeer } from "../harness/scripted_peer.ts";
import { withSeed } from "../harness/seed.ts";
import { VirtualPair } from "../harness/virtual_pair.ts";

const AGE = 100_000;
const GRACE = 10_000;

type Keepalive = ServerSessionOptions["keepalive"];

function server(keepalive: Keepalive = {}, random = 0.5): ScriptedPeer {
  const parameters = serverParameters({
    keepalive: { maxConnectionAge: AGE, ...keepalive },
  });
  return new ScriptedPeer(parameters, random);
}

function kindOfEnd(peer: ScriptedPeer): string | undefined {
  const { state } = peer.session;
  return state.kind === "closed" ? state.reason.kind : undefined;
}

Deno.test("55 AG-basic: GOAWAY max_age, NO_ERROR, and after the grace the close without a further GOAWAY", () => {
  const peer = server({ maxConnectionAgeGrace: GRACE }).handshake();
  peer.acknowledges = 20;
  peer.headers(1);
  peer.advanceTo(AGE - 1);
  assertEquals(peer.goaways, []);
  peer.advanceTo(AGE + GRACE - 1);
  assertEquals(peer.closedAt, undefined);
  peer.advanceTo(2 * AGE);
  assertEquals(peer.closedAt, AGE + GRACE);
  assertEquals(kindOfEnd(peer), "grace-over");
  assertEquals(
    peer.goaways.map(({ at, frame }) => [at, frame.lastStreamId]),
    [[AGE, MAX_UINT31], [AGE + 20, 1]],
  );
  for (const { frame } of peer.goaways) {
    assertEquals(frame.errorCode, ErrorCode.NO_ERROR);
    assertEquals(text(frame.debugData), "max_age");
  }
});

Deno.test("55 AG-basic: the grace counts from the first GOAWAY, and `closeAt` says when it ends", () => {
  const peer = server({ maxConnectionAgeGrace: GRACE }).handshake();
  peer.headers(1);
  peer.advanceTo(AGE);
  const [{ at, by, reason, closeAt }] = peer.eventsOf("draining");
  assertEquals([at, by, reason, closeAt], [
    AGE,
    "local",
    "max_age",
    AGE + GRACE,
  ]);
  peer.advanceTo(AGE + GRACE);
  assertEquals(peer.closedAt, AGE + GRACE);
});

Deno.test("55 AG-basic: a grace that is shorter than the round trip ends before the second GOAWAY", () => {
  const peer = server({ maxConnectionAgeGrace: 10 }).handshake();
  peer.acknowledges = 20;
  peer.headers(1);
  peer.advanceTo(2 * AGE);
  assertEquals(peer.goaways.length, 1);
  assertEquals(peer.closedAt, AGE + 10);
});

Deno.test("55 AG-basic: a stream that finishes within the grace ends the connection then", () => {
  const peer = server({ maxConnectionAgeGrace: GRACE }).handshake();
  peer.acknowledges = 20;
  peer.headers(1, true);
  peer.advanceTo(AGE + 3_000);
  peer.command((session, now) =>
    session.streams.sendHeaders(1, RESPONSE, true, now)
  );
  assertEquals(peer.closedAt, AGE + 3_000);
  assertEquals(kindOfEnd(peer), "drained");
});

Deno.test("the age counts from the end of the handshake", () => {
  const peer = server();
  peer.advanceTo(7_000);
  peer.handshake();
  peer.advanceTo(7_000 + AGE - 1);
  assertEquals(peer.goaways, []);
  peer.advanceTo(7_000 + AGE);
  assertEquals(peer.goaways.length, 1);
});

Deno.test(
  "56 AG-jitter: of 1 000 connections each draws its own age, uniformly from [0.9, 1.1) of it",
  withSeed((random) => {
    const bins = new Array<number>(10).fill(0);
    const ages = new Set<number>();
    for (let i = 0; i < 1_000; i++) {
      const peer = server({}, random.below(2 ** 32) / 2 ** 32).handshake();
      peer.advanceTo(2 * AGE);
      const age = peer.goaways[0].at;
      assert(age >= 0.9 * AGE && age < 1.1 * AGE, `drained at ${age} ms`);
      bins[Math.floor(10 * (age - 0.9 * AGE) / (0.2 * AGE))]++;
      ages.add(age);
    }
    assert(ages.size > 990, `${ages.size} different ages`);
    // 100 are expected in each, with a standard deviation of 9.5.
    for (const count of bins) assertAlmostEquals(count, 100, 50, `${bins}`);
  }),
);

Deno.test("56 AG-jitter: the ends of the range, and a grace without jitter", () => {
  for (
    const [random, age] of [
      [0, 0.9 * AGE],
      [0.25, 0.95 * AGE],
      [0.5, AGE],
      [1 - Number.EPSILON, 1.1 * AGE],
    ]
  ) {
    const peer = server({ maxConnectionAgeGrace: GRACE }, random).handshake();
    peer.headers(1);
    peer.advanceTo(2 * AGE);
    const [{ at }] = peer.goaways;
    assertAlmostEquals(at, age, 1e-6);
    assertEquals(peer.closedAt, at + GRACE);
  }
});

Deno.test("56 AG-jitter: an infinite age stays infinite", () => {
  const keepalive = { time: Infinity, maxConnectionAge: Infinity };
  for (const random of [0, 0.5, 1 - Number.EPSILON]) {
    const peer = server(keepalive, random).handshake();
    assertEquals(peer.session.deadline(), Infinity);
  }
});

Deno.test("57 AG-infinite-grace: both GOAWAYs are sent, and the connection lives until its stream ends", () => {
  const peer = server().handshake();
  peer.headers(1);
  peer.acknowledges = 20;
  peer.advanceTo(100 * AGE);
  assertEquals(peer.goaways.map(({ at }) => at), [AGE, AGE + 20]);
  assertEquals(peer.eventsOf("draining")[0].closeAt, Infinity);
  assertEquals(peer.closedAt, undefined);
  peer.rstStream(1);
  assertEquals(peer.closedAt, 100 * AGE);
  assertEquals(kindOfEnd(peer), "drained");
});

Deno.test("58 AG-error-text: the stream that the grace cuts off learns of the prior GOAWAY, in grpc-go's words", () => {
  const pair = new VirtualPair({
    server: {
      keepalive: { maxConnectionAge: 100, maxConnectionAgeGrace: 0.001 },
    },
  });
  pair.runTo(0);
  pair.command(({ client }, now) => client.streams.open(FIELDS, false, now));
  pair.runTo(101);
  assertEquals(pair.server.state.kind, "closed");
  assertEquals(pair.client.state.kind, "draining");
  pair.command(({ client }, now) => client.receiveEnd(now));
  const { state } = pair.client;
  assertEquals(
    state.kind === "closed" && state.reason.message,
    'closing transport due to: connection error: desc = "error reading from server: EOF", received prior goaway: code: NO_ERROR, debug data: "max_age"',
  );
});

Deno.test("59 AG-no-rpc-errors: calls back to back until the client learns of the drain: not one fails", () => {
  for (const latency of [0, 1, 7, 40]) {
    const pair = new VirtualPair({
      server: { keepalive: { maxConnectionAge: 100 } },
      link: (octets) => [{ after: latency, octets }],
    });
    let answered = 0;
    let opened = 0;
    for (let now = 0; now <= 1_000; now++) {
      pair.runTo(now);
      for (const event of pair.serverEvents.splice(0)) {
        if (event.type !== "headers") continue;
        pair.command(({ server }) =>
          server.streams.sendHeaders(event.streamId, RESPONSE, true, now)
        );
        answered++;
      }
      if (pair.client.state.kind !== "open") continue;
      if (pair.client.streams.active > 0) continue;
      pair.command(({ client }) => client.streams.open(FIELDS, true, now));
      opened++;
    }
    const { state } = pair.client;
    assertEquals(state.kind === "closed" && state.reason.kind, "goaway");
    assert(opened > 0);
    assertEquals(answered, opened);
    assertEquals(pair.clientEvents.filter(({ type }) => type === "reset"), []);
    assertEquals(pair.client.counters().streamsSucceeded, opened);
  }
});

Deno.test("keepalive goes on after a max_age GOAWAY, while grpc-go's loop only waits for the grace: a client that dies then is noticed", () => {
  const peer = server({ time: 10_000, timeout: 1_000 }).handshake();
  peer.headers(1);
  peer.acknowledges = 1;
  peer.advanceTo(2 * AGE);
  assertEquals(peer.session.state.kind, "draining");
  peer.acknowledges = undefined;
  const [last] = peer.pingTimes.slice(-1);
  peer.advanceTo(3 * AGE);
  assertEquals(peer.closedAt, last + 1 + 10_000 + 1_000);
  assertEquals(kindOfEnd(peer), "keepalive-timeout");
});

Deno.test("the age of a connection that drains for another reason still ends in its grace; the first debug text stays", () => {
  const peer = server({ maxConnectionAgeGrace: GRACE }).handshake();
  peer.acknowledges = 20;
  peer.headers(1);
  peer.advanceTo(50_000);
  peer.command((session, now) => session.drain("graceful_stop", now));
  peer.advanceTo(2 * AGE);
  assertEquals(
    peer.goaways.map(({ frame }) => text(frame.debugData)),
    ["graceful_stop", "graceful_stop"],
  );
  assertEquals(peer.closedAt, AGE + GRACE);
});

Deno.test("an age that is noticed late is followed by the whole grace", () => {
  const peer = server({ maxConnectionAgeGrace: GRACE }).handshake();
  peer.headers(1);
  peer.advanceLate(AGE + 50_000);
  peer.advanceTo(AGE + 50_000 + GRACE - 1);
  assertEquals(peer.closedAt, undefined);
  peer.advanceTo(AGE + 50_000 + GRACE);
  assertEquals(peer.closedAt, AGE + 50_000 + GRACE);
});
