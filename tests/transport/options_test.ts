import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  dial,
  type DialOptions,
  listen,
  type ListenOptions,
} from "../../mod.ts";

type ErrorClass = typeof TypeError | typeof RangeError;

const DIAL: [options: object, error: ErrorClass, message: string][] = [
  [{ keepAlive: {} }, TypeError, 'did you mean "keepalive"?'],
  [{ port: 1 }, TypeError, 'unknown key "port"'],
  [{ keepalive: { minTime: 1 } }, TypeError, 'unknown key "minTime"'],
  [{ keepalive: { time: 0 } }, RangeError, "keepalive.time"],
  [{ handshakeTimeout: 0 }, RangeError, "handshakeTimeout"],
  [{ handshakeTimeout: NaN }, RangeError, "handshakeTimeout"],
  [{ settingsTimeout: -1 }, RangeError, "settingsTimeout"],
  [{ tls: "yes" }, RangeError, "tls"],
  [{ tls: { caCert: "" } }, TypeError, 'did you mean "caCerts"?'],
  [{ tls: { cert: "" } }, TypeError, "cert and key go together"],
  [{ tls: { key: "" } }, TypeError, "cert and key go together"],
  [
    { tls: { cert: "", key: "", serverName: "a" } },
    TypeError,
    "serverName cannot be combined with cert and key",
  ],
];

for (const [options, type, message] of DIAL) {
  Deno.test(`dial refuses ${JSON.stringify(options)} before it connects`, async () => {
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
  [{ port: 65_536 }, RangeError, "port"],
  [{ port: 1.5 }, RangeError, "port"],
  [{ keepalive: { permitWithoutStream: true } }, TypeError, "unknown key"],
  [{ keepalive: { time: "1s" } }, RangeError, "keepalive.time"],
  [{ enforcement: { time: 1 } }, TypeError, "expected one of minTime"],
  [{ maxConcurrentStreams: -1 }, RangeError, "maxConcurrentStreams"],
  [{ tls: { cert: "", key: "", caCerts: [] } }, TypeError, "unknown key"],
];

for (const [options, type, message] of LISTEN) {
  Deno.test(`listen refuses ${JSON.stringify(options)}`, () => {
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
