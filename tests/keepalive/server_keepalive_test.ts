import { assertEquals } from "@std/assert";
import {
  resolveServerKeepalive,
  ServerKeepalive,
  type ServerKeepaliveOptions,
} from "../../src/keepalive/mod.ts";

function server(options: ServerKeepaliveOptions = {}): ServerKeepalive {
  return new ServerKeepalive(resolveServerKeepalive(options, []), 0);
}

Deno.test("a server sends its first PING after two hours, unless told otherwise", () => {
  const keepalive = server();
  assertEquals(keepalive.deadline(), 7_200_000);
  assertEquals(keepalive.advance(7_200_000), "ping");
  assertEquals(keepalive.deadline(), 7_220_000);
  assertEquals(keepalive.advance(7_220_000), "close");
});

Deno.test("a server never falls dormant", () => {
  const keepalive = server({ time: 1_000, timeout: 400 });
  for (let round = 1; round <= 10; round++) {
    assertEquals(keepalive.advance(keepalive.deadline()), "ping");
    assertEquals(keepalive.state.kind, "probing");
    keepalive.read(round * 10_000);
    assertEquals(keepalive.state, { kind: "waiting" });
  }
});

Deno.test("a server without a time has no deadline", () => {
  const keepalive = server({ time: Infinity });
  keepalive.read(5);
  assertEquals(keepalive.advance(1e12), "none");
  assertEquals(keepalive.resume(1e12), "none");
  assertEquals(keepalive.deadline(), Infinity);
  assertEquals(keepalive.state, { kind: "off" });
});

Deno.test("a server that slept probes afresh", () => {
  const keepalive = server({ time: 1_000, timeout: 400 });
  assertEquals(keepalive.resume(500), "ping");
  assertEquals(keepalive.deadline(), 900);
});
