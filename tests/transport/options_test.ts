import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  dial,
  type DialOptions,
  listen,
  type ListenOptions,
} from "../../src/transport/mod.ts";
import { systemClock } from "../../src/runtime/mod.ts";
import { certificates } from "../harness/certificates.ts";

const { ca, server, client: own } = await certificates();
const ONLY = { systemCaCerts: false };

/** A PEM of some octets that are no certificate. */
const pemOf = (base64: string) =>
  `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
const BROKEN = pemOf("AAAA");
/** What looks like a certificate from the outside only. */
const HOLLOW = pemOf("MAcwADAAAwEA");
const BAD_KEY = BROKEN.replaceAll("CERTIFICATE", "PRIVATE KEY");
const CUT = "-----BEGIN CERTIFICATE-----\nMIIB\n";

type ErrorClass = typeof TypeError | typeof RangeError;

const DIAL: [options: object, error: ErrorClass, message: string][] = [
  [{ keepAlive: {} }, TypeError, 'did you mean "keepalive"?'],
  [{ port: 1 }, TypeError, 'unknown key "port"'],
  [{ onEvent: 1 }, TypeError, "Cannot use onEvent: expected a function"],
  [{ onStream: {} }, TypeError, "onStream: expected a function, received an"],
  [{ signal: {} }, TypeError, "Cannot use signal: expected an AbortSignal"],
  [{ clock: {} }, TypeError, "clock: expected an object with the functions"],
  [{ network: {} }, TypeError, "the functions connect, listen, resolve"],
  [{ random: 0.5 }, TypeError, "Cannot use random: expected a function"],
  [
    { clock: { ...systemClock, now: () => NaN } },
    RangeError,
    "Cannot use clock: expected now() to answer with milliseconds, received NaN",
  ],
  [
    { clock: { ...systemClock, wall: () => undefined } },
    RangeError,
    "Cannot use clock: expected wall() to answer with milliseconds",
  ],
  [[], TypeError, "the dial options: expected an object, received an array"],
  [{ keepalive: { minTime: 1 } }, TypeError, 'unknown key "minTime"'],
  [{ keepalive: { time: 0 } }, RangeError, "keepalive.time"],
  [{ handshakeTimeout: 0 }, RangeError, "handshakeTimeout"],
  [{ handshakeTimeout: NaN }, RangeError, "handshakeTimeout"],
  [{ settingsTimeout: -1 }, RangeError, "settingsTimeout"],
  [{ tls: "yes" }, TypeError, "tls"],
  [{ tls: { caCert: "" } }, TypeError, 'did you mean "caCerts"?'],
  [{ tls: { cert: "" } }, TypeError, "cert and key go together"],
  [{ tls: { key: "" } }, TypeError, "cert and key go together"],
  [
    { tls: { caCerts: ca } },
    TypeError,
    "Cannot use tls.caCerts: expected an array of certificates in PEM, received a string, pass it as [certificates]",
  ],
  [
    { tls: { caCerts: ["./ca.pem"] } },
    RangeError,
    'Cannot use tls.caCerts[0]: expected PEM with "-----BEGIN CERTIFICATE-----", found none; it takes the contents of a file, not its path',
  ],
  [{ tls: { ...own, cert: BROKEN } }, RangeError, "Cannot use tls.cert: "],
  [{ tls: { ...own, key: BAD_KEY } }, RangeError, "Cannot use tls.key: "],
  [
    { tls: { ...own, key: server.key } },
    RangeError,
    "Cannot use tls.cert with tls.key: the key is that of another certificate",
  ],
  [
    { tls: { cert: own.key, key: own.cert } },
    RangeError,
    'Cannot use tls.cert: expected PEM with "-----BEGIN CERTIFICATE-----", found none',
  ],
  [{ tls: { caCerts: [1] } }, TypeError, "tls.caCerts[0]"],
  [{ tls: { caCerts: [ca, "no"] } }, RangeError, "tls.caCerts[1]"],
  [{ tls: { caCerts: [""] } }, RangeError, "tls.caCerts[0]"],
  [{ tls: { caCerts: [BROKEN] } }, RangeError, "tls.caCerts[0]"],
  [{ tls: { caCerts: [`${ca}\n${BROKEN}`] } }, RangeError, "tls.caCerts[0]"],
  [{ tls: { caCerts: [ca.trim() + ca] } }, RangeError, "tls.caCerts[0]"],
  [{ tls: { caCerts: [`${ca}\n${CUT}`] } }, RangeError, "tls.caCerts[0]"],
  [{ tls: { caCerts: [HOLLOW], ...ONLY } }, RangeError, "tls.caCerts[0]"],
  [{ tls: { caCerts: [own.key] } }, RangeError, "tls.caCerts[0]"],
  [{ tls: { caCerts: [ca], systemCaCerts: "no" } }, TypeError, "tls.system"],
  [{ tls: ONLY }, TypeError, "systemCaCerts: false needs caCerts"],
  [{ tls: { caCerts: [], ...ONLY } }, TypeError, "needs caCerts"],
  [{ tls: { serverName: 1 } }, TypeError, "tls.serverName"],
  [{ tls: { serverName: "" } }, RangeError, "tls.serverName"],
  [{ tls: { serverName: "no name!" } }, RangeError, "tls.serverName"],
  [{ tls: { serverName: "a:50051" } }, RangeError, "tls.serverName"],
  [{ tls: { serverName: "[::1]" } }, RangeError, "tls.serverName"],
  [{ tls: { ...own, cert: 1 } }, TypeError, "tls.cert"],
  [{ tls: { ...own, cert: "no" } }, RangeError, "tls.cert"],
  [{ tls: { ...own, cert: BROKEN } }, RangeError, "tls.cert"],
  [{ tls: { ...own, key: null } }, TypeError, "tls.key"],
  [{ tls: { ...own, key: "no" } }, RangeError, "tls.key"],
  [{ tls: { ...own, key: server.key } }, RangeError, "tls.key"],
];

for (const [index, [options, type, message]] of DIAL.entries()) {
  Deno.test(`dial refuses an option before it connects: ${message} (${index})`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const target = `127.0.0.1:${listener.addr.port}`;
    const accepted = listener.accept().then(() => true, () => false);
    await assertRejects(
      () => dial(target, options as DialOptions),
      type,
      message,
    );
    listener.close();
    assertEquals(await accepted, false);
  });
}

const LISTEN: [options: object, error: ErrorClass, message: string][] = [
  [{ hostName: "a" }, TypeError, 'did you mean "hostname"?'],
  [{ signal: undefined }, TypeError, 'unknown key "signal"'],
  [{ port: -1 }, RangeError, "port"],
  [{ clock: { ...systemClock, now: () => NaN } }, RangeError, "clock"],
  [{ port: 65_536 }, RangeError, "port"],
  [{ port: 1.5 }, RangeError, "port"],
  [{ keepalive: { permitWithoutStream: true } }, TypeError, "unknown key"],
  [{ keepalive: { time: "1s" } }, TypeError, "keepalive.time"],
  [{ enforcement: { time: 1 } }, TypeError, "expected one of minTime"],
  [{ maxConcurrentStreams: -1 }, RangeError, "maxConcurrentStreams"],
  [{ tls: { cert: "", key: "", caCerts: [] } }, TypeError, "unknown key"],
  ...(["deno", "node"] as const).flatMap((
    implementation,
  ): typeof LISTEN => [
    [
      { tls: { ...own, implementation, cert: BROKEN } },
      RangeError,
      "Cannot use tls.cert: ",
    ],
    [
      { tls: { ...own, implementation, key: BAD_KEY } },
      RangeError,
      "Cannot use tls.key: ",
    ],
    [
      { tls: { ...own, implementation, key: server.key } },
      RangeError,
      "Cannot use tls.cert with tls.key: ",
    ],
  ]),
];

for (const [index, [options, type, message]] of LISTEN.entries()) {
  Deno.test(`listen refuses an option before it listens: ${message} (${index})`, () => {
    const all = { hostname: "127.0.0.1", port: 0, ...options };
    assertThrows(() => listen(all as ListenOptions), type, message);
  });
}

Deno.test("shutdown refuses a grace that is none, and goes on listening", async () => {
  const listener = listen({ hostname: "127.0.0.1", port: 0 });
  try {
    await assertRejects(() => listener.shutdown({ grace: -1 }), RangeError);
    await assertRejects(
      () => listener.shutdown({ gracePeriod: 1 } as { grace?: number }),
      TypeError,
    );
    const { port } = listener.addr as Deno.NetAddr;
    await using client = await dial(`127.0.0.1:${port}`);
    assertEquals(client.state.kind, "open");
  } finally {
    await listener.close();
  }
});

Deno.test("a listener whose random draws no such number says so of each connection", async () => {
  const told = Promise.withResolvers<Error>();
  await using listener = listen({
    hostname: "127.0.0.1",
    port: 0,
    random: () => -1,
    onError: told.resolve,
  });
  const { port } = listener.addr as Deno.NetAddr;
  using _conn = await Deno.connect({ port });
  const { message } = await told.promise;
  assertStringIncludes(message, "Cannot use random: expected a random number");
  assertStringIncludes(message, "received -1");
});
