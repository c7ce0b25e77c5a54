import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { dial } from "../../src/transport/mod.ts";
import { DialError, type DialTlsOptions } from "../../mod.ts";
import { certificates, makeCertificates } from "../harness/certificates.ts";
import { RawPeer } from "../harness/raw_peer.ts";
import { Relay } from "../harness/relay.ts";
import { TestServer } from "./support/test_server.ts";

const { ca, server: identity, elsewhere, client: own } = await certificates();
const TRUST = { caCerts: [ca] };

/** Connects in vain. */
async function refusal(target: string, tls?: DialTlsOptions) {
  return await assertRejects(() => dial(target, { tls }), DialError);
}

/** The server still serves: a proper client gets through. */
async function assertServes({ target }: TestServer): Promise<void> {
  await using client = await dial(target, { tls: TRUST });
  assert(await client.ping() >= 0);
}

/** A TLS server that agrees on some protocols, and holds its connections. */
class ForeignTlsServer implements AsyncDisposable {
  readonly #listener: Deno.TlsListener;
  readonly #done: Promise<void>;

  constructor(alpnProtocols?: string[]) {
    this.#listener = Deno.listenTls({
      hostname: "127.0.0.1",
      port: 0,
      ...identity,
      alpnProtocols,
    });
    this.#done = this.#serve();
  }

  get target(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener[Symbol.dispose]();
    await this.#done;
  }

  async #serve(): Promise<void> {
    try {
      using conn = await this.#listener.accept();
      await conn.handshake();
      while (await conn.read(new Uint8Array(64)) !== null);
    } catch {
      // The client hung up, or nobody came.
    }
  }
}

Deno.test("both ends talk over TLS, and know each other's address", async () => {
  await using server = new TestServer({ tls: identity });
  await using client = await dial(server.target, { tls: TRUST });
  const accepted = await server.transports.take();
  assert(await client.ping() >= 0);
  assert(await accepted.ping() >= 0);
  assertEquals(client.peer, server.target);
  assertEquals(client.remoteAddr, accepted.localAddr);
  assertEquals(client.localAddr, accepted.remoteAddr);
});

Deno.test("the host in the target is the name that is expected", async () => {
  await using server = new TestServer({
    tls: identity,
    hostname: "localhost",
  });
  const target = `localhost:${server.port}`;
  await using client = await dial(target, { tls: TRUST });
  assertEquals(client.state.kind, "open");
});

Deno.test("serverName is the name that is expected instead of the host", async () => {
  await using server = new TestServer({ tls: elsewhere });
  const tls = { ...TRUST, serverName: "elsewhere.test" };
  await using client = await dial(server.target, { tls });
  assertEquals(client.state.kind, "open");
});

Deno.test("a client certificate goes along", async () => {
  await using server = new TestServer({ tls: identity });
  const tls = { ...TRUST, ...own };
  await using client = await dial(server.target, { tls });
  assert(await client.ping() >= 0);
  assertEquals(client.peer, server.target);
});

/** Clients on Deno's TLS, and on that of `node:tls`. */
const KINDS: [kind: string, extra: DialTlsOptions][] = [
  ["", {}],
  [" with a certificate", own],
  [" without the system's authorities", { systemCaCerts: false }],
  [" with a certificate, and without them", { systemCaCerts: false, ...own }],
];

for (const [kind, extra] of KINDS) {
  const tls = { ...TRUST, ...extra };

  Deno.test(`nobody listens for a TLS client${kind}: phase connect`, async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const target = `127.0.0.1:${listener.addr.port}`;
    listener.close();
    const error = await refusal(target, tls);
    assertEquals(error.phase, "connect");
    assertStringIncludes(error.message, "Connection refused");
    assertStringIncludes(error.message, "is the server running");
  });

  Deno.test(`an unknown authority is refused by a client${kind}`, async () => {
    await using server = new TestServer({ tls: identity });
    const other = await makeCertificates("Another authority");
    const error = await refusal(server.target, { ...tls, caCerts: [other.ca] });
    assertEquals(error.phase, "tls");
    assertStringIncludes(error.message, "UnknownIssuer");
    assertStringIncludes(error.message, "tls.caCerts");
    assertEquals((await server.errors.take()).phase, "tls");
    await assertServes(server);
  });

  Deno.test(`a wrong host name is refused by a client${kind}`, async () => {
    await using server = new TestServer({ tls: elsewhere });
    const error = await refusal(server.target, tls);
    assertEquals(error.phase, "tls");
    assertStringIncludes(error.message, 'not valid for name "127.0.0.1"');
    assertStringIncludes(error.message, "elsewhere.test");
  });

  for (const alpn of [undefined, ["http/1.1"]]) {
    Deno.test(`a server with ALPN ${alpn ?? "none"} is refused by a client${kind}`, async () => {
      await using server = new ForeignTlsServer(alpn);
      const error = await refusal(server.target, tls);
      assertEquals(error.phase, "tls");
      assertStringIncludes(
        error.message,
        alpn === undefined
          ? 'the peer did not agree on HTTP/2 by ALPN: expected "h2", received none'
          : "NoApplicationProtocol",
      );
    });
  }

  Deno.test(`a plain HTTP/2 server is refused by a TLS client${kind}`, async () => {
    await using server = new TestServer();
    const error = await refusal(server.target, tls);
    assertEquals(error.phase, "tls");
    assertStringIncludes(
      error.message,
      "the server does not answer with TLS; is this a port without TLS? Leave tls out for it",
    );
    const { kind, message } = await server.closes.take();
    assertEquals(kind, "protocol-error");
    assertStringIncludes(message, "Received a TLS record");
  });
}

Deno.test("a client without TLS is told apart from a broken one", async () => {
  await using server = new TestServer({ tls: identity });
  const error = await refusal(server.target);
  assertEquals(error.phase, "http2");
  assertStringIncludes(error.message, "Received a TLS record");
  assertStringIncludes(error.message, "does it expect TLS?");
  const { phase, message } = await server.errors.take();
  assertEquals(phase, "tls");
  assertStringIncludes(
    message,
    "Cannot accept a connection (tls): the client does not begin with TLS; does it connect without tls?",
  );
  await assertServes(server);
});

for (const alpnProtocols of [undefined, ["http/1.1"]]) {
  Deno.test(`a client with ALPN ${alpnProtocols ?? "none"} is refused by the server`, async () => {
    await using server = new TestServer({ tls: identity });
    using conn = await Deno.connectTls({
      hostname: "127.0.0.1",
      port: server.port,
      ...TRUST,
      alpnProtocols,
    });
    await conn.handshake().catch(() => {});
    assertEquals((await server.errors.take()).phase, "tls");
    assertEquals(server.listener.transports.size, 0);
    await assertServes(server);
  });
}

Deno.test("a silent client is cut off when the TLS handshake takes too long", async () => {
  await using server = new TestServer({ tls: identity, handshakeTimeout: 300 });
  using _silent = await RawPeer.connect(server.port);
  const { phase, message } = await server.errors.take();
  assertEquals(phase, "tls");
  assertStringIncludes(message, "not over within 300 ms");
  await assertServes(server);
});

Deno.test("a client that hangs up in the TLS handshake does no harm", async () => {
  await using server = new TestServer({ tls: identity });
  (await RawPeer.connect(server.port)).conn.close();
  assertEquals((await server.errors.take()).phase, "tls");
  await assertServes(server);
});

Deno.test("close cuts TLS handshakes off", async () => {
  const server = new TestServer({ tls: identity });
  using _silent = await RawPeer.connect(server.port);
  await assertServes(server);
  await server.listener.close();
  const { message } = await server.errors.take();
  assertStringIncludes(message, "the listener was closed");
});

Deno.test("a socket that ends without a close_notify is an end of stream", async () => {
  await using server = new TestServer({ tls: identity });
  const relay = new Relay(server.port);
  const client = await dial(relay.target, { tls: TRUST });
  await relay.close();
  assertEquals((await client.closed).kind, "end-of-stream");
  assertEquals((await server.closes.take()).kind, "end-of-stream");
  await client.finished;
});

Deno.test("a last GOAWAY arrives over TLS", async () => {
  await using server = new TestServer({ tls: identity });
  const client = await dial(server.target, { tls: TRUST });
  await client.close();
  const { kind, debug } = await server.closes.take();
  assertEquals(kind, "goaway");
  assertEquals(debug, "client transport shutdown");
});
