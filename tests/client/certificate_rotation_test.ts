import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  Channel,
  type DialTlsOptions,
  GrpcError,
  implement,
  serve,
  type Server,
  Status,
} from "../../mod.ts";
import { makeCertificates } from "../harness/certificates.ts";

const raw = (octets: Uint8Array) => octets;
const method = {
  path: "/test.Test/Me",
  requestStream: false,
  responseStream: false,
  requestSerialize: raw,
  requestDeserialize: raw,
  responseSerialize: raw,
  responseDeserialize: raw,
} as const;

const AUTHORITIES = 4;
const WORKERS = 16;

const authorities = await Promise.all(
  Array.from(
    { length: AUTHORITIES },
    (_, n) => makeCertificates(`Authority ${n}`),
  ),
);
const clients = await Promise.all(
  Array.from({ length: 2 * AUTHORITIES - 1 }, (_, n) =>
    authorities[0].sign({
      commonName: `client ${n}`,
      names: [],
      usage: "clientAuth",
    })),
);

/** Retires its connections often, and answers with who the client is. */
function start(): Server {
  return serve({
    hostname: "127.0.0.1",
    port: 0,
    tls: { ...authorities[0].server, clientCaCerts: [authorities[0].ca] },
    keepalive: { maxConnectionAge: 100 },
  }, [
    implement({ me: method }, {
      me: (_, { peerCertificate }) =>
        new TextEncoder().encode(peerCertificate?.subject),
    }),
  ]);
}

Deno.test("certificates of both ends change under load, and no call fails", async () => {
  await using server = start();
  const { port } = server.addr as Deno.NetAddr;
  let tls: DialTlsOptions = { caCerts: [authorities[0].ca], ...clients[0] };
  let asked = 0;
  await using channel = new Channel(`localhost:${port}`, {
    tls: () => (asked++, Promise.resolve(tls)),
  });
  const seen = new Map<string, PromiseWithResolvers<void>>(
    clients.map((_, n) => [`CN=client ${n}`, Promise.withResolvers<void>()]),
  );
  /** Until a connection has come to be with these options. */
  const change = async (n: number, caCerts: string[]) => {
    tls = { caCerts, ...clients[n] };
    await Promise.race([seen.get(`CN=client ${n}`)!.promise, working]);
  };
  let isOver = false;
  let calls = 0;
  const work = async () => {
    for (; !isOver; calls++) {
      const answer = await channel.unary(method, new Uint8Array(1));
      seen.get(new TextDecoder().decode(answer))!.resolve();
    }
  };
  const working = Promise.all(Array.from({ length: WORKERS }, work));
  await change(0, [authorities[0].ca]);
  for (let n = 1; n < AUTHORITIES; n++) {
    // Trust comes first, then what is to be trusted, then doubt of the former.
    const [former, next] = [authorities[n - 1], authorities[n]];
    await change(2 * n - 1, [former.ca, next.ca]);
    server.listener.setTls(next.server);
    await change(2 * n, [next.ca]);
  }
  isOver = true;
  await working;
  assert(calls > 0);
  assert(asked >= clients.length, `asked ${asked} times`);
});

Deno.test("a function in tls that fails is a failed attempt: calls say why, and the next ones succeed", async () => {
  await using server = start();
  const { port } = server.addr as Deno.NetAddr;
  const answers = [() => Promise.reject(new Error("the vault is sealed"))];
  await using channel = new Channel(`localhost:${port}`, {
    backoff: { initialBackoff: 1, maxBackoff: 1 },
    tls: () =>
      answers.shift()?.() ?? { caCerts: [authorities[0].ca], ...clients[0] },
  });
  const error = await assertRejects(
    () => channel.unary(method, new Uint8Array(1)),
    GrpcError,
    "the function in tls failed: the vault is sealed",
  );
  assertEquals(error.code, Status.UNAVAILABLE);
  const options = { waitForReady: true };
  const answer = await channel.unary(method, new Uint8Array(1), options);
  assertEquals(new TextDecoder().decode(answer), "CN=client 0");
});

Deno.test("a function in tls is asked when the channel connects, and not before", async () => {
  let isAsked = false;
  const channel = new Channel("localhost:1", {
    tls: () => (isAsked = true, {}),
  });
  await channel.close();
  assert(!isAsked);
});

Deno.test("a Unix socket has no TLS, from a function neither", () => {
  assertThrows(
    () => new Channel("unix:nowhere.sock", { tls: () => ({}) }),
    TypeError,
    "leave tls out",
  );
});
