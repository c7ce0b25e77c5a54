import { deadline } from "@std/async";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type AcceptError, DialError } from "../../mod.ts";
import { dial, Listener, type Transport } from "../../src/transport/mod.ts";
import { encodeHeaders, FrameType } from "../../src/frames/mod.ts";
import type { ListenerSetup } from "../../src/transport/listener.ts";
import { serverParameters } from "../../src/session/mod.ts";
import { systemClock } from "../../src/runtime/mod.ts";
import { certificates } from "../harness/certificates.ts";
import { goawaysIn, RawPeer } from "../harness/raw_peer.ts";
import { BLOCK } from "../harness/scripted_peer.ts";
import { Inbox } from "./support/inbox.ts";
import { reported } from "./support/reported.ts";
import { TestServer } from "./support/test_server.ts";
import { WrappedListener } from "./support/wrapped_listener.ts";
import { atLeast, PATIENCE, until } from "../harness/time.ts";

/** A server that leaves its streams open, and a client with one. */
async function serverWithStream(): Promise<[TestServer, RawPeer]> {
  const server = new TestServer({ onStream: () => {} });
  const peer = await RawPeer.greet(server.port);
  await peer.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
  const accepted = await server.transports.take();
  await until(() => accepted.counters().streamsStarted > 0);
  return [server, peer];
}

/** A listener on a socket that a test wraps. */
function listenOn(
  socket: Deno.Listener,
  setup: Partial<ListenerSetup> = {},
): Listener {
  return new Listener(socket, {
    limits: { maxConnections: Infinity, maxHandshakes: Infinity },
    parameters: serverParameters(),
    clock: systemClock,
    random: Math.random,
    onEvent: undefined,
    onError: undefined,
    onStream: undefined,
    onTransport: undefined,
    ...setup,
  });
}

Deno.test("transports has the open connections, and no others", async () => {
  await using server = new TestServer();
  const { listener } = server;
  assertEquals(listener.transports.size, 0);
  const [a, b] = await Promise.all([dial(server.target), dial(server.target)]);
  const accepted = [
    await server.transports.take(),
    await server.transports.take(),
  ];
  assertEquals([...listener.transports], accepted);
  await a.close();
  await Promise.race(accepted.map(({ finished }) => finished));
  assertEquals(listener.transports.size, 1);
  await b.close();
});

for (const end of ["close", "shutdown", "asyncDispose"] as const) {
  const finish = (listener: Listener) =>
    end === "asyncDispose" ? listener[Symbol.asyncDispose]() : listener[end]();

  Deno.test(`${end}: every connection ends with a GOAWAY, and nobody is let in`, async () => {
    const server = new TestServer();
    const { listener, target } = server;
    const clients = [await dial(target), await dial(target)];
    await server.transports.take();
    await server.transports.take();
    let isFinished = false;
    listener.finished.then(() => isFinished = true);
    await finish(listener);
    assertEquals(isFinished, true);
    for (const client of clients) {
      assertEquals((await client.closed).kind, "goaway");
      await client.finished;
    }
    assertEquals(listener.transports.size, 0);
    await assertRejects(() => dial(target), DialError, "Connection refused");
  });

  Deno.test(`${end} of a listener without connections, and once more`, async () => {
    const { listener } = new TestServer();
    await Promise.all([finish(listener), finish(listener)]);
    await listener.finished;
    await finish(listener);
    await listener.close();
  });
}

Deno.test("shutdown waits for running streams", async () => {
  const [server, peer] = await serverWithStream();
  let isDown = false;
  const down = server.listener.shutdown().then(() => isDown = true);
  await peer.until(FrameType.GOAWAY);
  await atLeast(50);
  assertEquals(isDown, false);
  peer[Symbol.dispose]();
  await down;
});

Deno.test("shutdown with a grace cuts running streams off after it", async () => {
  const [server, peer] = await serverWithStream();
  using _peer = peer;
  const start = performance.now();
  const down = server.listener.shutdown({ grace: 100 });
  const reason = await server.closes.take();
  const waited = performance.now() - start;
  assertEquals(reason.kind, "local-close");
  assert(waited >= 99 && waited < PATIENCE, `${waited} ms`);
  assertEquals(goawaysIn(await peer.rest()).length >= 2, true);
  peer[Symbol.dispose]();
  await down;
});

Deno.test("shutdown with a grace that is longer than a timer does not cut off", async () => {
  const [server, peer] = await serverWithStream();
  let isDown = false;
  const down = server.listener.shutdown({ grace: 2 ** 40 })
    .then(() => isDown = true);
  await atLeast(50);
  assertEquals(isDown, false);
  assertEquals(server.closes.all, []);
  peer[Symbol.dispose]();
  await down;
});

Deno.test("close ends a shutdown that waits", async () => {
  const [server, peer] = await serverWithStream();
  const down = server.listener.shutdown();
  await peer.until(FrameType.GOAWAY);
  const closing = server.listener.close();
  await peer.rest();
  peer[Symbol.dispose]();
  await Promise.all([down, closing]);
  assertEquals((await server.closes.take()).kind, "local-close");
});

Deno.test("accepting goes on after errors, which are told", async () => {
  let failures = 3;
  const errors: AcceptError[] = [];
  const transports = new Inbox<Transport>();
  const socket = new WrappedListener((inner) =>
    failures-- > 0
      ? Promise.reject(new Error("Too many open files (os error 24)"))
      : inner.accept()
  );
  await using _listener = listenOn(socket, {
    onError: (error) => errors.push(error),
    onTransport: (transport) => transports.push(transport),
  });
  await using client = await dial(socket.target);
  await transports.take();
  assert(await client.ping() >= 0);
  assertEquals(errors.map(({ name }) => name), Array(3).fill("AcceptError"));
  assertEquals(errors[0].phase, "accept");
  assertEquals(
    errors[0].message,
    "Cannot accept a connection (accept): Too many open files (os error 24)",
  );
});

Deno.test("a connection that cannot be set up is closed, and the next served", async () => {
  let first = true;
  const errors: AcceptError[] = [];
  const socket = new WrappedListener(async (inner) => {
    const conn = await inner.accept();
    if (first) {
      conn.setNoDelay = () => {
        throw new Error("Invalid argument (os error 22)");
      };
    }
    first = false;
    return conn;
  });
  await using _listener = listenOn(socket, {
    onError: (error) => errors.push(error),
  });
  using broken = await RawPeer.connect(socket.addr.port);
  assertEquals(await broken.rest(), []);
  assertEquals(errors.map(({ message }) => message), [
    "Cannot accept a connection (accept): Invalid argument (os error 22)",
  ]);
  await using client = await dial(socket.target);
  assert(await client.ping() >= 0);
});

for (const kind of ["TCP", "TLS"]) {
  Deno.test(`a ${kind} connection that arrives while the listener closes is closed`, async () => {
    const accepted = Promise.withResolvers<Deno.Conn>();
    let calls = 0;
    const socket = new WrappedListener((inner) =>
      calls++ === 0 ? accepted.promise : inner.accept()
    );
    const listener = listenOn(socket);
    const address = { hostname: "127.0.0.1", port: 0 };
    using other: Deno.TcpListener | Deno.TlsListener = kind === "TCP"
      ? Deno.listen(address)
      : Deno.listenTls({ ...address, ...(await certificates()).server });
    using peer = await RawPeer.connect((other.addr as Deno.NetAddr).port);
    accepted.resolve(await other.accept());
    await deadline(listener.close(), PATIENCE);
    // Deno goes on to hold the socket of a TLS handshake until its peer ends.
    if (kind === "TCP") assertEquals(await peer.rest(), []);
    assertEquals(listener.transports.size, 0);
  });
}

Deno.test("an error thrown by onError is reported, and the server goes on", async () => {
  const thrown = new Error("handler");
  let failures = 1;
  const socket = new WrappedListener((inner) =>
    failures-- > 0 ? Promise.reject(new Error("busy")) : inner.accept()
  );
  const errors = await reported(async () => {
    await using _listener = listenOn(socket, {
      onError: () => {
        throw thrown;
      },
    });
    await using client = await dial(socket.target);
    assert(await client.ping() >= 0);
  });
  assertEquals(errors, [thrown]);
});

for (const kind of ["throws", "rejects"]) {
  Deno.test(`onTransport that ${kind} is reported, and the connection lives`, async () => {
    const thrown = new Error("handler");
    const errors = await reported(async () => {
      const socket = new WrappedListener((inner) => inner.accept());
      await using _listener = listenOn(socket, {
        onTransport: kind === "rejects" ? () => Promise.reject(thrown) : () => {
          throw thrown;
        },
      });
      await using client = await dial(socket.target);
      assert(await client.ping() >= 0);
      assert(await client.ping() >= 0);
    });
    assertEquals(errors, [thrown]);
  });
}
