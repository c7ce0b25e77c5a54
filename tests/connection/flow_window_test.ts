import { assertEquals } from "@std/assert";
import { DEFAULT_WINDOW_SIZE } from "../../src/connection/peer_settings.ts";
import {
  ReceiveWindow,
  SendWindow,
} from "../../src/connection/streams/flow_window.ts";
import { MAX_UINT31 } from "../../src/frames/mod.ts";

Deno.test("A window begins with 65,535 octets (RFC 9113 section 6.9.2)", () => {
  assertEquals(DEFAULT_WINDOW_SIZE, 2 ** 16 - 1);
});

Deno.test("A send window counts what is sent and what is allowed", () => {
  const window = new SendWindow(100);
  window.take(60);
  assertEquals(window.available, 40);
  assertEquals(window.add(10), true);
  assertEquals(window.available, 50);
});

Deno.test("A send window may become negative", () => {
  const window = new SendWindow(100);
  window.take(80);
  assertEquals(window.add(-100), true);
  assertEquals(window.available, -80);
});

Deno.test("A send window reaches 2^31-1 and not more", () => {
  const window = new SendWindow(1);
  assertEquals(window.add(MAX_UINT31 - 1), true);
  assertEquals(window.available, MAX_UINT31);
  assertEquals(window.add(1), false);
  assertEquals(window.available, MAX_UINT31);
});

Deno.test("A receive window holds to its last octet", () => {
  const window = new ReceiveWindow(100);
  assertEquals(window.receive(60), true);
  assertEquals(window.receive(40), true);
  assertEquals(window.receive(0), true);
  assertEquals(window.receive(1), false);
});

Deno.test("A receive window is updated once half of it is consumed", () => {
  const window = new ReceiveWindow(100);
  window.receive(100);
  assertEquals(window.consume(49), 0);
  assertEquals(window.receive(1), false);
});

Deno.test("An update of a receive window gives back all that was consumed", () => {
  const window = new ReceiveWindow(100);
  window.receive(100);
  assertEquals(window.consume(30), 0);
  assertEquals(window.consume(30), 60);
  assertEquals(window.receive(60), true);
  assertEquals(window.consume(49), 0);
  assertEquals(window.consume(1), 50);
});
