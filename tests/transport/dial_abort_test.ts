import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { dial, type DialOptions } from "../../src/transport/mod.ts";
import { DialError } from "../../mod.ts";
import { certificates } from "../harness/certificates.ts";
import { RawServer } from "../harness/raw_peer.ts";
import { TestServer } from "./support/test_server.ts";
import { atLeast, PATIENCE } from "../harness/time.ts";

const { ca, client: own } = await certificates();

/** What `dial` throws, as it is. */
async function thrownBy(
  target: string,
  options: DialOptions,
): Promise<unknown> {
  try {
    await (await dial(target, options)).close();
  } catch (error) {
    return error;
  }
  throw new Error("Expected dial to reject");
}

const REASONS: [what: string, reason: unknown][] = [
  ["an error", new Error("changed my mind")],
  ["a text", "changed my mind"],
  ["0", 0],
];

for (const [what, reason] of REASONS) {
  Deno.test(`aborted before: throws the reason as it is, ${what}`, async () => {
    using server = new RawServer();
    const accepted = server.accept().then(() => true, () => false);
    const signal = AbortSignal.abort(reason);
    assertStrictEquals(await thrownBy(server.target, { signal }), reason);
    server[Symbol.dispose]();
    assertEquals(await accepted, false);
  });
}

/** Up to where a server that says nothing lets a client get. */
const SILENT: [phase: string, options: DialOptions][] = [
  ["http2", {}],
  ["tls", { tls: { caCerts: [ca] } }],
  ["tls", { tls: { caCerts: [ca], ...own } }],
  ["tls", { tls: { caCerts: [ca], systemCaCerts: false } }],
];

for (const [phase, options] of SILENT) {
  const kind = options.tls === undefined
    ? "plain"
    : `TLS ${Object.keys(options.tls).join(" ")}`;

  Deno.test(`aborted while a server is silent (${kind}): throws the reason`, async () => {
    using server = new RawServer();
    const aborter = new AbortController();
    const reason = new Error("changed my mind");
    const thrown = thrownBy(server.target, {
      ...options,
      handshakeTimeout: 10 * PATIENCE,
      signal: aborter.signal,
    });
    using peer = await server.accept();
    await peer.conn.read(new Uint8Array(1));
    const at = performance.now();
    aborter.abort(reason);
    assertStrictEquals(await thrown, reason);
    assert(performance.now() - at < PATIENCE);
  });

  Deno.test(`a server that is silent (${kind}) is given up after handshakeTimeout`, async () => {
    using server = new RawServer();
    const dialing = assertRejects(
      () => dial(server.target, { ...options, handshakeTimeout: 300 }),
      DialError,
      `Cannot connect to ${server.target}: no connection within 300 ms`,
    );
    using _peer = await server.accept();
    const error = await dialing;
    assertEquals(error.phase, phase);
  });

  Deno.test(`aborted at once after the call (${kind}): throws the reason`, async () => {
    using server = new RawServer();
    const accepting = server.accept().catch(() => undefined);
    const aborter = new AbortController();
    const { signal } = aborter;
    const thrown = thrownBy(server.target, { ...options, signal });
    aborter.abort("changed my mind");
    assertEquals(await thrown, "changed my mind");
    server[Symbol.dispose]();
    using _peer = await accepting;
  });
}

Deno.test("the end of an aborted attempt is told to the server", async () => {
  await using server = new TestServer({ handshakeTimeout: 5_000 });
  const aborter = new AbortController();
  const thrown = thrownBy(server.target, {
    signal: aborter.signal,
    onEvent: ({ type }) => {
      if (type === "established") aborter.abort("changed my mind");
    },
  });
  assertEquals(await thrown, "changed my mind");
  assertEquals((await server.closes.take()).kind, "goaway");
});

Deno.test("an abort after the handshake changes nothing", async () => {
  await using server = new TestServer();
  const aborter = new AbortController();
  await using client = await dial(server.target, { signal: aborter.signal });
  aborter.abort();
  assert(await client.ping() >= 0);
});

Deno.test("handshakeTimeout ends with the handshake", async () => {
  const options = { handshakeTimeout: 1_000 };
  await using server = new TestServer(options);
  await using client = await dial(server.target, options);
  await atLeast(1_100);
  assert(await client.ping() >= 0);
});

Deno.test("handshakeTimeout may be Infinity, or longer than a timer", async () => {
  await using server = new TestServer({ handshakeTimeout: Infinity });
  for (const handshakeTimeout of [Infinity, 2 ** 40]) {
    await using client = await dial(server.target, { handshakeTimeout });
    assertEquals(client.state.kind, "open");
  }
});
