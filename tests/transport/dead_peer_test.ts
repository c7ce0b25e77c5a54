import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type CloseReason, explain } from "../../mod.ts";
import { dial, type Transport } from "../../src/transport/mod.ts";
import {
  encodeGoaway,
  encodeHeaders,
  ErrorCode,
} from "../../src/frames/mod.ts";
import { certificates } from "../harness/certificates.ts";
import { goawaysIn, RawPeer, RawServer } from "../harness/raw_peer.ts";
import { Relay } from "../harness/relay.ts";
import { BLOCK } from "../harness/scripted_peer.ts";
import {
  QUICK_CLIENT,
  QUICK_SERVER,
  TestServer,
} from "./support/test_server.ts";
import { atLeast, PATIENCE, until } from "../harness/time.ts";

const { ca, server: identity } = await certificates();

const LIMIT = QUICK_CLIENT.time + QUICK_CLIENT.timeout + PATIENCE;
const LEAST = QUICK_CLIENT.time + QUICK_CLIENT.timeout - 1;

/** The end came by keepalive, and in time. */
function assertNoticed(reason: CloseReason, lastRead: number): void {
  assertEquals(reason.kind, "keepalive-timeout");
  assertEquals(reason.by, "local");
  assertStringIncludes(
    reason.message,
    "keepalive ping failed to receive ACK within timeout",
  );
  assertEquals(reason.lastReadAt, lastRead);
  const silence = reason.at - reason.lastReadAt;
  assert(silence >= LEAST && silence <= LIMIT, `${silence} ms`);
  const [ping] = reason.lastPings.slice(-1);
  assertEquals([ping.purpose, ping.rtt], ["keepalive", undefined]);
  assertStringIncludes(explain(reason), "no answer");
}

for (const tls of [false, true]) {
  Deno.test(`a ${tls ? "TLS " : ""}connection that goes dark is noticed by both ends`, async () => {
    await using server = new TestServer({
      keepalive: QUICK_SERVER,
      enforcement: { minTime: 1, permitWithoutStream: true },
      tls: tls ? identity : undefined,
    });
    await using relay = new Relay(server.port);
    const client = await dial(relay.target, {
      keepalive: QUICK_CLIENT,
      tls: tls && { caCerts: [ca] },
    });
    const accepted = await server.transports.take();
    await client.ping();
    await accepted.ping();
    relay.dark();
    for (const end of [client, accepted]) {
      const reason = await end.closed;
      assertNoticed(reason, end.counters().lastReadAt);
    }
    await Promise.all([client.finished, accepted.finished]);
  });
}

Deno.test("a connection that stays lit outlives many keepalive times", async () => {
  const keepalive = { time: 50, timeout: 5_000, minimumTime: 0 };
  await using server = new TestServer({
    keepalive,
    enforcement: { maxPingStrikes: 0 },
  });
  await using relay = new Relay(server.port);
  await using client = await dial(relay.target, {
    keepalive: { ...keepalive, permitWithoutStream: true },
  });
  await until(() => client.counters().keepAlivesAcked >= 5);
  assertEquals(client.state.kind, "open");
});

/** A client, and the scripted server that it talks to. */
async function connected(): Promise<[Transport, RawPeer]> {
  using server = new RawServer();
  return await Promise.all([dial(server.target), server.welcome()]);
}

/** Leaves something unread in the socket of a peer, so that it resets. */
async function reset(peer: RawPeer): Promise<void> {
  await atLeast(20);
  peer[Symbol.dispose]();
}

Deno.test("a server that ends: end-of-stream, by the peer", async () => {
  const [client, peer] = await connected();
  peer[Symbol.dispose]();
  const reason = await client.closed;
  assertEquals(reason.kind, "end-of-stream");
  assertEquals(reason.by, "peer");
  assertEquals(reason.message, "error reading from server: EOF");
  await client.finished;
});

Deno.test("a client that ends: end-of-stream, by the peer", async () => {
  await using server = new TestServer();
  const peer = await RawPeer.greet(server.port);
  const accepted = await server.transports.take();
  peer[Symbol.dispose]();
  const reason = await accepted.closed;
  assert(["end-of-stream", "socket-error"].includes(reason.kind));
  await accepted.finished;
  assertEquals(server.listener.transports.size, 0);
});

Deno.test("a server that resets: socket-error or end-of-stream", async () => {
  const [client, peer] = await connected();
  const ping = client.ping().catch(({ name }) => name);
  await reset(peer);
  const reason = await client.closed;
  assert(["end-of-stream", "socket-error"].includes(reason.kind));
  assertEquals(await ping, "ConnectionClosedError");
  await client.finished;
});

Deno.test("a server that ends in the middle of a frame: end-of-stream", async () => {
  const [client, peer] = await connected();
  await peer.write(Uint8Array.of(0, 0, 8, 6, 0, 0));
  peer[Symbol.dispose]();
  assertEquals((await client.closed).kind, "end-of-stream");
  await client.finished;
});

Deno.test("a client that ends with a running stream leaves it failed", async () => {
  await using server = new TestServer({ onStream: () => {} });
  const peer = await RawPeer.greet(server.port);
  await peer.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
  const accepted = await server.transports.take();
  await until(() => accepted.counters().streamsStarted > 0);
  peer[Symbol.dispose]();
  await accepted.finished;
  assertEquals(accepted.counters().streamsFailed, 1);
});

const GOAWAYS: [code: number, debug: string][] = [
  [ErrorCode.NO_ERROR, "max_age"],
  [ErrorCode.NO_ERROR, ""],
  [ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings"],
];

for (const [code, debug] of GOAWAYS) {
  for (const end of ["ends", "resets", "stays"]) {
    Deno.test(`a server that says GOAWAY ${code} "${debug}" and ${end}: goaway`, async () => {
      const [client, peer] = await connected();
      if (end === "resets") client.ping().catch(() => {});
      await peer.say((writer) =>
        encodeGoaway(writer, 0, code, new TextEncoder().encode(debug))
      );
      if (end === "ends") peer[Symbol.dispose]();
      if (end === "resets") await reset(peer);
      const reason = await client.closed;
      assertEquals(reason.kind, "goaway");
      assertEquals(reason.by, "peer");
      assertEquals(reason.code, code);
      assertEquals(reason.debug, debug);
      assertEquals(reason.goaway, { code, debug, lastStreamId: 0 });
      await client.finished;
      if (end === "stays") assertEquals(goawaysIn(await peer.rest()), []);
      peer[Symbol.dispose]();
    });
  }
}

Deno.test("a relay that closes ends both sides", async () => {
  await using server = new TestServer();
  const relay = new Relay(server.port);
  const client = await dial(relay.target);
  const accepted = await server.transports.take();
  await relay.close();
  assertEquals((await client.closed).kind, "end-of-stream");
  assertEquals((await accepted.closed).kind, "end-of-stream");
  await client.finished;
});
