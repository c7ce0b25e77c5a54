import { assertEquals } from "@std/assert";
import {
  resolveServerKeepalive,
  type ServerKeepaliveOptions,
  Watchdog,
} from "../../src/keepalive/mod.ts";

function server(options: ServerKeepaliveOptions = {}): Watchdog {
  const { time, timeout } = resolveServerKeepalive(options, []);
  return new Watchdog(time, timeout, 0);
}

Deno.test("a server sends its first PING after two hours, unless told otherwise", () => {
  const keepalive = server();
  assertEquals(keepalive.deadline(), 7_200_000);
  assertEquals(keepalive.advance(7_200_000, true), "ping");
  assertEquals(keepalive.deadline(), 7_220_000);
  assertEquals(keepalive.advance(7_220_000, true), "close");
});

Deno.test("a server never falls dormant", () => {
  const keepalive = server({ time: 1_000, timeout: 400 });
  for (let round = 1; round <= 10; round++) {
    assertEquals(keepalive.advance(keepalive.deadline(), true), "ping");
    assertEquals(keepalive.state.kind, "probing");
    keepalive.read(round * 10_000);
    assertEquals(keepalive.state, { kind: "waiting" });
  }
});

Deno.test("a server without a time has no deadline", () => {
  const keepalive = server({ time: Infinity });
  keepalive.read(5);
  assertEquals(keepalive.advance(1e12, true), "none");
  assertEquals(keepalive.resume(1e12, true), "none");
  assertEquals(keepalive.deadline(), Infinity);
  assertEquals(keepalive.state, { kind: "off" });
});

Deno.test("a server that slept probes afresh", () => {
  const keepalive = server({ time: 1_000, timeout: 400 });
  assertEquals(keepalive.resume(500, true), "ping");
  assertEquals(keepalive.deadline(), 900);
});
