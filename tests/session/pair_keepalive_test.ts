import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import type { Session } from "../../src/session/mod.ts";
import { FIELDS, RESPONSE } from "../harness/scripted_peer.ts";
import {
  steadyLink,
  type TrustedConnection,
  VirtualPair,
} from "../harness/virtual_pair.ts";
import { Random } from "../harness/seed.ts";

const SEED = 20_260_821;

function closedAt(session: Session): number {
  const { state } = session;
  assert(state.kind === "closed", `Expected the end, it is ${state.kind}`);
  assertEquals(state.reason.kind, "keepalive-timeout");
  return state.reason.at;
}

/** Times and timeouts of both ends, and a stream so that none is dormant. */
function randomPair(random: Random, link: TrustedConnection): {
  pair: VirtualPair;
  client: { time: number; timeout: number };
  server: { time: number; timeout: number };
} {
  const keepalive = () => ({
    time: 50 + random.below(500),
    timeout: 50 + random.below(500),
    minimumTime: 1,
  });
  const [client, server] = [keepalive(), keepalive()];
  const pair = new VirtualPair({
    client: { keepalive: client },
    server: { keepalive: server, enforcement: { minTime: 0 } },
    link,
  });
  return { pair, client, server };
}

Deno.test("a dead link is noticed by both ends within time + timeout of their last read, whenever it dies", () => {
  for (let run = 0; run < 500; run++) {
    const random = new Random(SEED ^ Math.imul(run, 0x85eb_ca6b));
    const latency = random.below(20);
    const { pair, client, server } = randomPair(random, steadyLink(latency));
    pair.runTo(50);
    pair.command(({ client }, now) => client.streams.open(FIELDS, false, now));
    pair.runTo(50 + random.below(3_000));
    pair.command((pair) => pair.cut());
    const cutAt = pair.now;
    pair.runTo(cutAt + 2_000);
    for (
      const [session, { time, timeout }] of [
        [pair.client, client],
        [pair.server, server],
      ] as const
    ) {
      const { lastReadAt } = session.counters();
      assertLessOrEqual(lastReadAt, cutAt, `Seed ${SEED}, run ${run}`);
      // A PING that was out when it died was answered by the last read.
      assertLessOrEqual(
        closedAt(session) - lastReadAt,
        time + timeout,
        `Seed ${SEED}, run ${run}`,
      );
    }
  }
});

Deno.test("a live link is never given up while it answers within the timeout, however its latency varies", () => {
  for (let run = 0; run < 300; run++) {
    const random = new Random(SEED ^ Math.imul(run, 0x85eb_ca6b));
    const link: TrustedConnection = (
      octets,
    ) => [{ after: random.below(25), octets }];
    const { pair } = randomPair(random, link);
    pair.runTo(50);
    pair.command(({ client }, now) => client.streams.open(FIELDS, false, now));
    pair.runTo(5_000);
    assertEquals(
      [pair.client.state.kind, pair.server.state.kind],
      ["open", "open"],
      `Seed ${SEED}, run ${run}`,
    );
    const { keepAlivesSent, keepAlivesAcked } = pair.client.counters();
    assertLessOrEqual(keepAlivesSent - keepAlivesAcked, 1);
  }
});

/** A large message takes 10 ms for each octet; what follows waits behind it. */
const slowForLarge: TrustedConnection = (octets) =>
  octets.length < 500 ? [{ after: 1, octets }] : Array.from(octets, (_, i) => ({
    after: 10 * (i + 1),
    octets: octets.subarray(i, i + 1),
  }));

for (const reader of ["client", "server"] as const) {
  Deno.test(`a message that takes far longer than time + timeout to arrive does not cost the ${reader} its peer, though its PING is answered behind it`, () => {
    const keepalive = { time: 100, timeout: 50, minimumTime: 1 };
    const pair = new VirtualPair({
      client: reader === "client" ? { keepalive } : {},
      server: {
        enforcement: { minTime: 0 },
        ...(reader === "server" ? { keepalive } : {}),
      },
      link: slowForLarge,
    });
    pair.runTo(10);
    pair.command(({ client }, now) => client.streams.open(FIELDS, false, now));
    pair.runTo(109);
    const writer = reader === "client" ? pair.server : pair.client;
    pair.command((_, now) => {
      const { streams } = writer;
      if (reader === "client") streams.sendHeaders(1, RESPONSE, false, now);
      streams.sendData(1, new Uint8Array(1_000), false, now);
    });
    pair.runTo(11_000);
    const events = reader === "client" ? pair.clientEvents : pair.serverEvents;
    const data = events.find(({ type }) => type === "data");
    assert(data !== undefined && data.at > 10_000);
    assertEquals(pair[reader].state.kind, "open");
  });
}

Deno.test("two ends with keepalive each send a PING only after silence: the PINGs of one spare those of the other", () => {
  const pair = new VirtualPair({
    client: {
      keepalive: {
        time: 100,
        timeout: 50,
        minimumTime: 1,
        permitWithoutStream: true,
      },
    },
    server: {
      keepalive: { time: 150, timeout: 50, minimumTime: 1 },
      enforcement: { minTime: 90, permitWithoutStream: true },
    },
    link: steadyLink(1),
  });
  pair.runTo(10_000);
  assertEquals(pair.server.counters().keepAlivesSent, 0);
  assertEquals(pair.client.counters().keepAlivesSent, 98);
  assertEquals(pair.server.counters().pingStrikes, 0);
});

Deno.test("PINGs are acknowledged in both directions while an end drains", () => {
  const pair = new VirtualPair({ link: steadyLink(5) });
  pair.runTo(20);
  pair.command(({ client }, now) => client.streams.open(FIELDS, false, now));
  pair.runTo(40);
  pair.command(({ server }, now) => server.drain("graceful_stop", now));
  pair.runTo(60);
  pair.command(({ client, server }, now) => {
    client.ping(now);
    server.ping(now);
  });
  pair.runTo(100);
  const rtts = [...pair.clientEvents, ...pair.serverEvents].flatMap((event) =>
    event.type === "ping-acked" && event.purpose === "user" ? [event.rtt] : []
  );
  assertEquals(rtts, [10, 10]);
  assertEquals(pair.client.state.kind, "draining");
});
