import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  type CallContext,
  Channel,
  DialError,
  implement,
  type ListenTlsOptions,
  serve,
} from "../../mod.ts";
import { dial, listen } from "../../src/transport/mod.ts";
import { certificates, makeCertificates } from "../harness/certificates.ts";
import { RawPeer } from "../harness/raw_peer.ts";
import { TestServer } from "./support/test_server.ts";

const { ca, server: identity, client: own } = await certificates();
const stranger = await makeCertificates("Another authority");
const TRUST = { caCerts: [ca] };
const MUTUAL = { ...identity, clientCaCerts: [ca] };

/** Octets of DER as the text of a fingerprint. */
async function fingerprintOf(raw: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", raw.slice());
  return [...new Uint8Array(digest)]
    .map((octet) => octet.toString(16).padStart(2, "0").toUpperCase())
    .join(":");
}

Deno.test("a server that requires a certificate of its client sees which it is", async () => {
  await using server = new TestServer({ tls: MUTUAL });
  await using client = await dial(server.target, { tls: { ...TRUST, ...own } });
  const accepted = await server.transports.take();
  assert(await client.ping() >= 0);
  assert(await accepted.ping() >= 0);
  assertEquals(client.remoteAddr, accepted.localAddr);
  assertEquals(client.localAddr, accepted.remoteAddr);
  const certificate = accepted.peerCertificate;
  assert(certificate !== undefined);
  assertEquals(certificate.authorized, true);
  assertEquals(certificate.authorizationError, undefined);
  assertEquals(certificate.subject, "CN=client");
  assertEquals(certificate.issuer, "CN=Test authority");
  const { raw, fingerprint256 } = certificate;
  assertEquals(fingerprint256, await fingerprintOf(raw));
});

Deno.test("a client without a certificate is refused where one is required, and both ends say so", async () => {
  await using server = new TestServer({ tls: MUTUAL });
  for (const systemCaCerts of [true, false]) {
    const error = await assertRejects(
      () => dial(server.target, { tls: { ...TRUST, systemCaCerts } }),
      DialError,
    );
    assertEquals(error.phase, "tls");
    assertStringIncludes(error.message, "CertificateRequired");
    const { phase, message } = await server.errors.take();
    assertEquals(phase, "tls");
    assertStringIncludes(message, "peer sent no certificates");
    assertEquals(server.listener.transports.size, 0);
  }
  await using client = await dial(server.target, { tls: { ...TRUST, ...own } });
  assert(await client.ping() >= 0);
});

Deno.test("a certificate of an authority that is not trusted is refused where one is required", async () => {
  await using server = new TestServer({ tls: MUTUAL });
  const tls = { ...TRUST, ...stranger.client };
  const error = await assertRejects(
    () => dial(server.target, { tls }),
    DialError,
    "may have refused the client's certificate",
  );
  assertEquals(error.phase, "tls");
  const { phase, message } = await server.errors.take();

  assertEquals(phase, "tls");
  assertStringIncludes(
    message,
    "its certificate is not authorized by clientCaCerts",
  );
  assertEquals(server.listener.transports.size, 0);
});

Deno.test("each authority of a bundle vouches for clients", async () => {
  const clientCaCerts = [`${stranger.ca}\n${ca}`];
  await using server = new TestServer({ tls: { ...identity, clientCaCerts } });
  for (const one of [own, stranger.client]) {
    await using client = await dial(server.target, {
      tls: { ...TRUST, ...one },
    });
    assert(await client.ping() >= 0);
  }
});

Deno.test("where a certificate is only requested, a client without one is served", async () => {
  const tls: ListenTlsOptions = { ...MUTUAL, clientCert: "request" };
  await using server = new TestServer({ tls });
  await using client = await dial(server.target, { tls: TRUST });
  assert(await client.ping() >= 0);
  const accepted = await server.transports.take();
  assertEquals(accepted.peerCertificate, undefined);
});

Deno.test("where a certificate is only requested, the handler learns whether it is authorized", async () => {
  const seen: CallContext["peerCertificate"][] = [];
  const raw = (octets: Uint8Array) => octets;
  const method = {
    path: "/test.Who/Am",
    requestStream: false,
    responseStream: false,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  } as const;
  await using server = serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { ...MUTUAL, clientCert: "request" },
  }, [
    implement({ am: method }, {
      am: (request, { peerCertificate }) => {
        seen.push(peerCertificate);
        return request;
      },
    }),
  ]);
  const { port } = server.addr as Deno.NetAddr;
  for (const extra of [own, {}]) {
    await using channel = new Channel(`127.0.0.1:${port}`, {
      tls: { ...TRUST, ...extra },
    });
    await channel.unary(method, new Uint8Array(1));
  }
  assertEquals(seen.map((one) => one?.authorized), [true, undefined]);
});

Deno.test("a handshake shows the certificate that was set last", async () => {
  await using server = new TestServer({
    tls: identity,
  });
  await using before = await dial(server.target, { tls: TRUST });
  server.listener.setTls(stranger.server);
  await assertRejects(() => dial(server.target, { tls: TRUST }), DialError);
  const tls = { caCerts: [stranger.ca] };
  await using after = await dial(server.target, { tls });
  assert(await after.ping() >= 0);
  assert(await before.ping() >= 0);
});

Deno.test("the authorities that vouch for clients change with the certificate, or stay", async () => {
  await using server = new TestServer({ tls: MUTUAL });
  const target = server.target;
  const tls = { ...TRUST, ...own };
  await (await dial(target, { tls })).close();
  server.listener.setTls({ ...identity, clientCaCerts: [stranger.ca] });
  await assertRejects(() => dial(target, { tls }), DialError);
  const other = { ...TRUST, ...stranger.client };
  await (await dial(target, { tls: other })).close();
  server.listener.setTls(identity);
  await (await dial(target, { tls: other })).close();
  server.listener.setTls({ ...identity, clientCaCerts: [ca, stranger.ca] });
  for (const each of [tls, other]) {
    await (await dial(target, { tls: each })).close();
  }
});

Deno.test("authorities that cannot be used, or that nobody asked for, are refused", async () => {
  await using asking = new TestServer({ tls: MUTUAL });
  await using server = new TestServer({ tls: identity });
  const wrong: [TestServer, unknown, typeof TypeError, string][] = [
    [server, [ca], TypeError, "listen with clientCaCerts"],
    [asking, [], TypeError, "received none"],
    [asking, ca, TypeError, "pass it as [certificates]"],
    [asking, ["x"], RangeError, "tls.clientCaCerts[0]"],
  ];
  for (const [{ listener }, clientCaCerts, ErrorClass, message] of wrong) {
    assertThrows(
      () => listener.setTls({ ...identity, clientCaCerts } as never),
      ErrorClass,
      message,
    );
  }
  const tls = { ...TRUST, ...own };
  await using client = await dial(asking.target, { tls });
  assert(await client.ping() >= 0);
});

Deno.test("a certificate that cannot be used is refused, and the former one stays", async () => {
  await using server = new TestServer({
    tls: identity,
  });
  const mixed = { cert: identity.cert, key: own.key };
  assertThrows(() => server.listener.setTls(mixed), RangeError, "tls.key");
  await using client = await dial(server.target, { tls: TRUST });
  assert(await client.ping() >= 0);
});

Deno.test("a listener on Deno's TLS says that it cannot change its certificate", async () => {
  await using server = new TestServer({
    tls: { ...identity, implementation: "deno" },
  });
  assertThrows(
    () => server.listener.setTls(stranger.server),
    TypeError,
    "implementation",
  );
});

Deno.test("all that a node:tls server sends and receives arrives, in order", async () => {
  await using server = new TestServer({
    tls: identity,
    enforcement: { maxPingStrikes: 0 },
  });
  await using client = await dial(server.target, { tls: TRUST });
  for (let round = 0; round < 20; round++) {
    const pings = Array.from({ length: 100 }, () => client.ping());
    for (const rtt of await Promise.all(pings)) assert(rtt >= 0);
  }
});

Deno.test("the descriptor of a node:tls handshake that is cut off is free at once", async () => {
  await using server = new TestServer({
    tls: identity,
    handshakeTimeout: 50,
  });
  using silent = await RawPeer.connect(server.port);
  const { message } = await server.errors.take();
  assertStringIncludes(message, "not over within 50 ms");
  // The peer sees the end, though it never said a word.
  assertEquals(await silent.rest(), []);
});

/** What looks like a certificate from the outside only. */
const HOLLOW =
  "-----BEGIN CERTIFICATE-----\nMAcwADAAAwEA\n-----END CERTIFICATE-----\n";

const REFUSED: [what: object, type: typeof TypeError, message: string][] = [
  [{ clientCert: "require" }, TypeError, "clientCert needs clientCaCerts"],
  [{ clientCaCerts: [] }, TypeError, "tls.clientCaCerts"],
  [{ clientCaCerts: [ca, "no"] }, RangeError, "tls.clientCaCerts[1]"],
  [{ clientCaCerts: ca }, TypeError, "tls.clientCaCerts"],
  [{ clientCaCerts: [ca, HOLLOW] }, RangeError, "tls.clientCaCerts[1]"],
  [{ clientCaCerts: [ca], clientCert: "yes" }, RangeError, "tls.clientCert"],
  [{ implementation: "go" }, RangeError, "tls.implementation"],
  [
    { clientCaCerts: [ca], implementation: "deno" },
    TypeError,
    'needs the implementation "node"',
  ],
  [{ cert: "no" }, RangeError, "tls.cert"],
  [{ key: "no" }, RangeError, "tls.key"],
  [{ key: undefined }, TypeError, "tls.key"],
  [{ key: own.key }, RangeError, "tls.key"],
  [{ key: own.key, implementation: "node" }, RangeError, "tls.key"],
  [{ clientCA: [ca] }, TypeError, "unknown key"],
];

for (const [index, [options, type, message]] of REFUSED.entries()) {
  Deno.test(`listen refuses TLS options that it cannot use, naming ${message} (${index})`, () => {
    const tls = { ...identity, ...options } as ListenTlsOptions;
    assertThrows(
      () => listen({ hostname: "127.0.0.1", port: 0, tls }),
      type,
      message,
    );
  });
}

Deno.test("a port that is taken is refused at once, whoever encrypts", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  for (const implementation of ["deno", "node"] as const) {
    assertThrows(
      () =>
        listen({
          hostname: "127.0.0.1",
          port,
          tls: { ...identity, implementation },
        }),
      Deno.errors.AddrInUse,
      `Cannot listen on 127.0.0.1:${port}: `,
    );
  }
});
