import {
  assert,
  assertEquals,
  assertLess,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { ConnectionClosedError } from "../../mod.ts";
import { dial } from "../../src/transport/mod.ts";
import {
  encodeGoaway,
  encodePing,
  FrameType,
  type PingFrame,
} from "../../src/frames/mod.ts";
import { RawServer } from "../harness/raw_peer.ts";
import { TestServer } from "./support/test_server.ts";
import {
  inVirtualTime,
  VirtualTransport,
} from "./support/virtual_transport.ts";

/** PINGs that may be out at once. */
const BOUND = 1_000;

Deno.test("ping resolves to the round-trip time, on both ends", async () => {
  await using server = new TestServer();
  await using client = await dial(server.target);
  const accepted = await server.transports.take();
  for (const transport of [client, accepted]) {
    const before = performance.now();
    const rtt = await transport.ping();
    const elapsed = performance.now() - before;
    assert(rtt > 0 && rtt <= elapsed, `${rtt} ms in ${elapsed} ms`);
    assertEquals(transport.counters().lastRtt, rtt);
  }
});

Deno.test("each of many concurrent pings gets its own answer", async () => {
  await using server = new TestServer({ enforcement: { maxPingStrikes: 0 } });
  await using client = await dial(server.target);
  const rtts = await Promise.all(
    Array.from({ length: 500 }, () => client.ping()),
  );
  assertEquals(rtts.length, 500);
  assert(rtts.every((rtt) => rtt > 0));
});

Deno.test(
  "pings of one turn go out in one write",
  inVirtualTime(async (time) => {
    const { socket, transport } = await new VirtualTransport({ client: {} })
      .establish();
    await time.settle();
    const before = socket.writes.length;
    const pings = Array.from({ length: 64 }, () => transport.ping());
    await time.settle();
    assertEquals(socket.writes.length - before, 1);
    assertEquals(socket.writes.at(-1)?.length, 64 * 17);

    time.tick(25);
    socket.acknowledgePings();
    assertEquals(await Promise.all(pings), pings.map(() => 25));
    await transport.close();
  }),
);

Deno.test(
  "pings are answered in any order",
  inVirtualTime(async (time) => {
    const { socket, transport } = await new VirtualTransport({ client: {} })
      .establish();
    const order: string[] = [];
    transport.ping().then((rtt) => order.push(`first ${rtt}`));
    await time.advance(10);
    transport.ping().then((rtt) => order.push(`second ${rtt}`));
    await time.advance(10);
    const [first, second] = socket.pings;
    const answer = ({ opaqueData }: PingFrame) =>
      socket.say((writer) => encodePing(writer, true, opaqueData));
    answer(second);
    await time.advance(10);
    answer(first);
    await time.settle();
    assertEquals(order, ["second 10", "first 30"]);
    await transport.close();
  }),
);

Deno.test(
  "more pings than the bound are refused, until some are answered",
  inVirtualTime(async (time) => {
    const { socket, transport } = await new VirtualTransport({ client: {} })
      .establish();
    const pings = Array.from({ length: BOUND }, () => transport.ping());
    await assertRejects(
      () => transport.ping(),
      RangeError,
      "Cannot send a PING: too many are unanswered",
    );
    await time.settle();
    socket.acknowledgePings();
    await Promise.all(pings);
    const another = transport.ping();
    await time.settle();
    socket.acknowledgePings();
    assertEquals(await another, 0);
    await transport.close();
  }),
);

Deno.test(
  "a keepalive PING does not make a ping forgotten that waits",
  inVirtualTime(async (time) => {
    const keepalive = { time: 10_000, permitWithoutStream: true };
    const { socket, transport, session } = await new VirtualTransport({
      client: { keepalive },
    }).establish();
    let answered = 0;
    for (let i = 0; i < BOUND; i++) {
      transport.ping().then(() => answered++, () => {});
    }
    await time.advance(10_000);
    await time.settle();
    assertEquals(session.counters().keepAlivesSent, 1);
    socket.acknowledgePings();
    await time.settle();
    await transport.close();
    assertEquals(answered, BOUND);
  }),
);

const ENDS: [
  how: string,
  kind: string,
  end: (server: RawPeerEnd) => unknown,
][] = [
  ["closed here", "local-close", ({ close }) => close()],
  ["ended by the peer", "end-of-stream", ({ peer }) => peer.conn.close()],
  [
    "sent away",
    "goaway",
    ({ peer }) =>
      peer.say((writer) => encodeGoaway(writer, 0, 0, new Uint8Array())),
  ],
];

interface RawPeerEnd {
  readonly peer: Awaited<ReturnType<RawServer["welcome"]>>;
  readonly close: () => Promise<void>;
}

for (const [how, kind, end] of ENDS) {
  Deno.test(`pings reject with the reason when the connection is ${how}`, async () => {
    using server = new RawServer();
    const [peer, client] = await Promise.all([
      server.welcome(),
      dial(server.target),
    ]);
    using _peer = peer;
    const pings = [client.ping(), client.ping()].map((ping) =>
      assertRejects(() => ping, ConnectionClosedError, "Cannot ping: ")
    );
    await peer.until(FrameType.PING);
    await peer.until(FrameType.PING);
    await end({ peer, close: () => client.close() });
    const reason = await client.closed;
    assertEquals(reason.kind, kind);
    for (const error of await Promise.all(pings)) {
      assertStrictEquals(error.reason, reason);
    }
    const late = await assertRejects(
      () => client.ping(),
      ConnectionClosedError,
    );
    assertStrictEquals(late.reason, reason);
    await client.finished;
  });
}

Deno.test("a ping waits for nothing but its answer", async () => {
  await using server = new TestServer({ enforcement: { maxPingStrikes: 0 } });
  await using client = await dial(server.target);
  await client.ping();
  const rtts: number[] = [];
  for (let i = 0; i < 20; i++) rtts.push(await client.ping());
  // With Nagle's algorithm an answer would take 40 ms.
  const median = rtts.toSorted((a, b) => a - b)[10];
  assertLess(median, 20);
});
