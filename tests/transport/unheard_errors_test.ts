import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  AcceptError,
  dial,
  listen,
  type ListenOptions,
} from "../../src/transport/mod.ts";
import { DialError } from "../../mod.ts";
import { UnheardErrors } from "../../src/transport/unheard_errors.ts";
import { certificates, makeCertificates } from "../harness/certificates.ts";
import { RawPeer } from "../harness/raw_peer.ts";
import { until } from "../harness/time.ts";

const { ca, server: identity } = await certificates();
const stranger = await makeCertificates("Another authority");

/** Runs a body, and answers with the warnings on the console meanwhile. */
async function warned(body: () => Promise<void> | void): Promise<string[]> {
  const lines: string[] = [];
  const { warn } = console;
  console.warn = (line) => lines.push(line);
  try {
    await body();
    return lines;
  } finally {
    console.warn = warn;
  }
}

function listenHere(
  options: ListenOptions,
): { listener: ReturnType<typeof listen>; port: number } {
  const listener = listen({ hostname: "127.0.0.1", port: 0, ...options });
  return { listener, port: (listener.addr as Deno.NetAddr).port };
}

Deno.test("each kind of error that nobody hears is told once", async () => {
  const error = (text: string) => new AcceptError("accept", text);
  const lines = await warned(() => {
    const unheard = new UnheardErrors();
    unheard.tell(error("a"), ["maxConnections"]);
    unheard.tell(error("b"), ["maxConnections"]);
    unheard.tell(error("c"), ["maxConnections", "maxHandshakes"]);
    unheard.tell(error("d"), ["maxHandshakes"]);
    unheard.tell(error("e"), []);
    new UnheardErrors().tell(error("f"), ["maxConnections"]);
  });
  assertEquals(lines.map((line) => /: (\w);/.exec(line)?.[1]), ["a", "c", "f"]);
  assertEquals(
    lines[0],
    "@keepalive/grpc: Cannot accept a connection (accept): a; this is said once, set onError to hear of each",
  );
});

Deno.test("connections that maxConnections turns away are told on the console, once, where nobody listens", async () => {
  const lines = await warned(async () => {
    const { listener, port } = listenHere({ maxConnections: 1 });
    await using _listener = listener;
    await using _client = await dial(`127.0.0.1:${port}`);
    for (let i = 0; i < 3; i++) {
      using peer = await RawPeer.connect(port);
      await peer.rest().catch(() => {});
    }
  });
  assertEquals(lines.length, 1, lines.join("\n"));
  assertMatch(lines[0], /1 refused, since maxConnections \(1\) are open/);
});

Deno.test("a client certificate that is refused is told on the console, once, where nobody listens", async () => {
  const lines = await warned(async () => {
    const tls = { ...identity, clientCaCerts: [ca] };
    const { listener, port } = listenHere({ tls });
    await using _listener = listener;
    for (const client of [{}, stranger.client, {}]) {
      await assertRejects(
        () => dial(`127.0.0.1:${port}`, { tls: { caCerts: [ca], ...client } }),
        DialError,
      );
    }
  });
  assertEquals(lines.length, 1, lines.join("\n"));
  assertMatch(lines[0], /\(tls\): .*certificate/);
});

Deno.test("what strangers say is not told on the console", async () => {
  const errors: unknown[] = [];
  const attempts = async (options: ListenOptions) => {
    const { listener, port } = listenHere({ ...options, tls: identity });
    await using _listener = listener;
    using peer = await RawPeer.connect(port);
    await peer.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    await peer.rest().catch(() => {});
    if (options.onError !== undefined) await until(() => errors.length > 0);
  };
  const onError = (error: unknown) => errors.push(error);
  const lines = await warned(async () => {
    await attempts({ onError });
    await attempts({});
  });
  assertEquals(lines, []);
});

Deno.test("who listens hears of each, and the console of none", async () => {
  const told: string[] = [];
  const onError = ({ message }: Error) => told.push(message);
  const lines = await warned(async () => {
    const { listener, port } = listenHere({ maxConnections: 1, onError });
    await using _listener = listener;
    await using _client = await dial(`127.0.0.1:${port}`);
    using peer = await RawPeer.connect(port);
    await peer.rest().catch(() => {});
    await until(() => told.length > 0);
  });
  assertEquals(lines, []);
});
