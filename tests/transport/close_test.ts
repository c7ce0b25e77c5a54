import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { ConnectionClosedError, isGraceful } from "../../mod.ts";
import { dial, type Transport } from "../../src/transport/mod.ts";
import { encodeHeaders, FrameType } from "../../src/frames/mod.ts";
import { goawaysIn, RawPeer, RawServer } from "../harness/raw_peer.ts";
import { BLOCK } from "../harness/scripted_peer.ts";
import { TestServer } from "./support/test_server.ts";
import { PATIENCE } from "../harness/time.ts";

/** A peer that does not close is waited for a second; timers round. */
const LINGER = 990;

/** How long something takes, in milliseconds. */
async function elapsed(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

/** A client and the server that it talks to, which is scripted. */
async function clientOf(server: RawServer): Promise<[Transport, RawPeer]> {
  return await Promise.all([dial(server.target), server.welcome()]);
}

Deno.test("close of a client: GOAWAY, then the end; both ends agree", async () => {
  await using server = new TestServer();
  const client = await dial(server.target);
  await client.close();
  const reason = await client.closed;
  assertEquals(reason.kind, "local-close");
  assertEquals(reason.by, "local");
  assertEquals(client.state.kind, "closed");
  assert(isGraceful(reason));

  const told = await server.closes.take();
  assertEquals(told.kind, "goaway");
  assertEquals(told.by, "peer");
  assertEquals(told.debug, "client transport shutdown");
  assert(isGraceful(told));
});

Deno.test("close of a server: GOAWAY, then the end; both ends agree", async () => {
  await using server = new TestServer();
  const client = await dial(server.target);
  const accepted = await server.transports.take();
  await accepted.close();
  assertEquals((await accepted.closed).kind, "local-close");
  assertEquals((await client.closed).kind, "goaway");
  await client.finished;
});

Deno.test("close names stream 0 on a client, the last stream on a server", async () => {
  await using server = new TestServer();
  using peer = await RawPeer.greet(server.port);
  const accepted = await server.transports.take();
  await peer.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
  await peer.until(FrameType.HEADERS);
  const closing = accepted.close();
  const { debug } = await accepted.closed;
  assertEquals(goawaysIn(await peer.rest()), [
    { code: 0, debug, lastStreamId: 1 },
  ]);
  peer[Symbol.dispose]();
  await closing;

  using raw = new RawServer();
  const [client, serverPeer] = await clientOf(raw);
  await client.close();
  assertEquals(goawaysIn(await serverPeer.rest()), [
    { code: 0, debug: "client transport shutdown", lastStreamId: 0 },
  ]);
  serverPeer[Symbol.dispose]();
});

Deno.test("closed resolves at once, finished when the peer has closed too", async () => {
  await using server = new TestServer();
  using peer = await RawPeer.greet(server.port);
  const accepted = await server.transports.take();
  let isFinished = false;
  const closing = accepted.close().then(() => isFinished = true);
  await accepted.closed;
  await peer.until(FrameType.GOAWAY);
  assertEquals(await peer.next(), undefined);
  assertEquals(isFinished, false);
  peer[Symbol.dispose]();
  assert(await elapsed(closing) < LINGER);
});

Deno.test("a peer that does not close is left after a second", async () => {
  await using server = new TestServer();
  using peer = await RawPeer.greet(server.port);
  const accepted = await server.transports.take();
  const duration = await elapsed(accepted.close());
  assert(duration >= LINGER && duration < PATIENCE, `${duration} ms`);
  assertEquals(goawaysIn(await peer.rest()).length, 1);
});

Deno.test("close twice, and after the end, is close once", async () => {
  using server = new RawServer();
  const [client, peer] = await clientOf(server);
  await Promise.all([client.close(), client.close()]);
  const reason = await client.closed;
  await client.close();
  await client.drain();
  assertStrictEquals(await client.closed, reason);
  assertEquals(goawaysIn(await peer.rest()).length, 1);
  peer[Symbol.dispose]();
});

Deno.test("close after the peer has gone keeps the reason", async () => {
  using server = new RawServer();
  const [client, peer] = await clientOf(server);
  peer[Symbol.dispose]();
  await client.finished;
  await client.close();
  assertEquals((await client.closed).kind, "end-of-stream");
});

Deno.test("both ends may close at the same moment", async () => {
  await using server = new TestServer();
  const client = await dial(server.target);
  const accepted = await server.transports.take();
  const duration = await elapsed(
    Promise.all([client.close(), accepted.close()]),
  );
  assert(duration < LINGER, `${duration} ms`);
  assertEquals((await client.closed).kind, "local-close");
  assertEquals((await accepted.closed).kind, "local-close");
});

Deno.test("await using closes", async () => {
  await using server = new TestServer();
  let seen: Transport;
  {
    await using client = await dial(server.target);
    seen = client;
    assertEquals(client.state.kind, "open");
  }
  assertEquals(seen.state.kind, "closed");
  assertEquals((await server.closes.take()).kind, "goaway");
});

Deno.test("close during the handshake: dial rejects", async () => {
  using server = new RawServer();
  const dialing = assertRejects(
    () =>
      dial(server.target, {
        onEvent: (event, transport) => {
          if (event.type === "warning") transport.close();
        },
        keepalive: { time: 1 },
      }),
    Error,
    `Cannot connect to ${server.target}: the connection was closed here`,
  );
  using peer = await server.accept();
  const { cause } = await dialing;
  assert(cause instanceof ConnectionClosedError);
  assertEquals(cause.reason.kind, "local-close");
  assertEquals(goawaysIn(await peer.rest()).length, 1);
});

Deno.test("a server's connection can be closed before its handshake is over", async () => {
  await using server = new TestServer();
  using peer = await RawPeer.connect(server.port);
  await peer.until(FrameType.SETTINGS);
  const [accepted] = server.listener.transports;
  assertEquals(accepted.state.kind, "handshaking");
  const refused = assertRejects(
    () => accepted.established,
    ConnectionClosedError,
    "Cannot establish a connection: ",
  );
  const closing = accepted.close();
  assertEquals(goawaysIn(await peer.rest()).length, 1);
  peer[Symbol.dispose]();
  await closing;
  await refused;
  assertEquals(server.transports.all, []);
});

Deno.test("a drain of an idle client ends it", async () => {
  await using server = new TestServer();
  const client = await dial(server.target);
  await client.drain("enough");
  const reason = await client.closed;
  assertEquals(reason.kind, "drained");
  assert(isGraceful(reason));
  assertEquals((await server.closes.take()).kind, "goaway");
});

Deno.test("a drain of an idle server connection ends it, with its reason", async () => {
  await using server = new TestServer();
  const client = await dial(server.target);
  const accepted = await server.transports.take();
  await accepted.drain("enough");
  assertEquals((await accepted.closed).kind, "drained");
  const reason = await client.closed;
  assertEquals(reason.kind, "goaway");
  assertEquals(reason.debug, "enough");
  await client.finished;
});
