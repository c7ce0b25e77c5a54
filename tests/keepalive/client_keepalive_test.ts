import { assertEquals } from "@std/assert";
import {
  ClientKeepalive,
  type ClientKeepaliveOptions,
  resolveClientKeepalive,
} from "../../src/keepalive/mod.ts";

/** A machine with a time of 1000 and a timeout of 400, made at 0. */
function client(options: ClientKeepaliveOptions = {}): ClientKeepalive {
  const resolved = resolveClientKeepalive(
    { time: 1_000, timeout: 400, minimumTime: 1, ...options },
    [],
  );
  return new ClientKeepalive(resolved, 0);
}

/** When PINGs are sent to a peer that answers at once, up to a time. */
function pingTimes(keepalive: ClientKeepalive, until: number): number[] {
  const times: number[] = [];
  while (keepalive.deadline() <= until) {
    const now = keepalive.deadline();
    if (keepalive.advance(now, 1) === "ping") times.push(now);
    keepalive.watchdog.read(now);
  }
  return times;
}

Deno.test("a client without a time has no deadline, whatever happens to it", () => {
  const keepalive = client({ time: Infinity, permitWithoutStream: true });
  assertEquals(keepalive.deadline(), Infinity);
  keepalive.watchdog.read(5);
  keepalive.messageWritten();
  assertEquals(keepalive.streamOpened(10), "none");
  assertEquals(keepalive.advance(1e12, 3), "none");
  assertEquals(keepalive.resume(1e12, 3), "none");
  assertEquals(keepalive.deadline(), Infinity);
  assertEquals(keepalive.watchdog.state, { kind: "off" });
});

Deno.test("a client without streams falls dormant when a PING would be due", () => {
  const keepalive = client();
  assertEquals(keepalive.advance(999, 0), "none");
  assertEquals(keepalive.watchdog.state, { kind: "waiting" });
  assertEquals(keepalive.advance(1_000, 0), "none");
  assertEquals(keepalive.watchdog.state, { kind: "dormant" });
  assertEquals(keepalive.deadline(), Infinity);
});

Deno.test("a client that is permitted to sends PINGs without streams", () => {
  const keepalive = client({ permitWithoutStream: true });
  assertEquals(keepalive.advance(1_000, 0), "ping");
  assertEquals(keepalive.advance(1_400, 0), "close");
});

Deno.test("a client with a stream sends PINGs", () => {
  const keepalive = client();
  assertEquals(keepalive.advance(1_000, 1), "ping");
  assertEquals(keepalive.advance(1_400, 1), "close");
});

Deno.test("a stream wakes a dormant client with a PING at once", () => {
  const keepalive = client();
  keepalive.advance(1_000, 0);
  assertEquals(keepalive.streamOpened(7_777), "ping");
  assertEquals(keepalive.deadline(), 8_177);
});

Deno.test("a stream changes nothing for a client that waits or probes", () => {
  const keepalive = client();
  assertEquals(keepalive.streamOpened(500), "none");
  assertEquals(keepalive.deadline(), 1_000);
  keepalive.advance(1_000, 1);
  assertEquals(keepalive.streamOpened(1_100), "none");
  assertEquals(keepalive.deadline(), 1_400);
});

Deno.test("a PING that is out when the last stream ends is forgiven", () => {
  const keepalive = client();
  assertEquals(keepalive.advance(1_000, 1), "ping");
  assertEquals(keepalive.advance(1_400, 0), "none");
  assertEquals(keepalive.watchdog.state, { kind: "dormant" });
});

Deno.test("without a limit, PINGs without data go on for ever", () => {
  assertEquals(pingTimes(client(), 20_000).length, 20);
});

Deno.test("after maxPingsWithoutData PINGs without data, one a minute is sent", () => {
  const keepalive = client({ maxPingsWithoutData: 3 });
  assertEquals(
    pingTimes(keepalive, 200_000),
    [1_000, 2_000, 3_000, 63_000, 123_000, 183_000],
  );
});

Deno.test("data that is sent gives back all PINGs, from the next on", () => {
  const keepalive = client({ maxPingsWithoutData: 2 });
  assertEquals(pingTimes(keepalive, 70_000), [1_000, 2_000, 62_000]);
  keepalive.watchdog.read(70_000);
  keepalive.messageWritten();
  assertEquals(pingTimes(keepalive, 75_000), [71_000, 72_000]);
  assertEquals(keepalive.deadline(), 132_000);
});

Deno.test("data that is sent before the limit is reached starts the count anew", () => {
  const keepalive = client({ maxPingsWithoutData: 2 });
  pingTimes(keepalive, 1_000);
  keepalive.messageWritten();
  assertEquals(pingTimes(keepalive, 10_000), [2_000, 3_000]);
});

Deno.test("a time of more than a minute is not shortened by maxPingsWithoutData", () => {
  const keepalive = client({ time: 90_000, maxPingsWithoutData: 1 });
  assertEquals(pingTimes(keepalive, 300_000), [90_000, 180_000, 270_000]);
});

Deno.test("the PINGs that wake a client count as PINGs without data, too", () => {
  const keepalive = client({ maxPingsWithoutData: 1 });
  keepalive.advance(1_000, 0);
  assertEquals(keepalive.streamOpened(2_000), "ping");
  keepalive.watchdog.read(2_000);
  keepalive.advance(62_000, 0);
  assertEquals(keepalive.watchdog.state, { kind: "dormant" });
  assertEquals(keepalive.streamOpened(62_001), "ping");
  keepalive.watchdog.read(62_001);
  assertEquals(keepalive.deadline(), 122_001);
});

Deno.test("a PING held back by maxPingsWithoutData does not keep a verdict from being reached", () => {
  const keepalive = client({ maxPingsWithoutData: 1 });
  assertEquals(keepalive.advance(1_000, 1), "ping");
  assertEquals(keepalive.advance(1_400, 1), "close");
});

Deno.test("a client that slept probes afresh if it has streams or a permit", () => {
  assertEquals(client().resume(500, 1), "ping");
  assertEquals(client({ permitWithoutStream: true }).resume(500, 0), "ping");
  const idle = client();
  assertEquals(idle.resume(500, 0), "none");
  assertEquals(idle.watchdog.state, { kind: "dormant" });
});
