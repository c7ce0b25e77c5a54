import { assertEquals } from "@std/assert";
import {
  HANDSHAKE_PATIENCE,
  HandshakePatience,
  LEAST_PATIENCE,
} from "../../src/transport/handshake_patience.ts";

Deno.test("each handshake that was silent halves the patience, down to the least", () => {
  const patience = new HandshakePatience();
  assertEquals(patience.at(0), HANDSHAKE_PATIENCE);
  const left = Array.from({ length: 5 }, () => {
    patience.ended(0);
    return patience.at(0);
  });
  assertEquals(left, [1_000, 500, ...Array(3).fill(LEAST_PATIENCE)]);
});

Deno.test("a slow one that succeeds doubles the patience, up to that of the beginning; a quick one says nothing", () => {
  const patience = new HandshakePatience();
  for (let i = 0; i < 3; i++) patience.ended(0);
  patience.succeeded(LEAST_PATIENCE / 2);
  assertEquals(patience.at(0), LEAST_PATIENCE);
  patience.succeeded(LEAST_PATIENCE / 2 + 1);
  assertEquals(patience.at(0), 2 * LEAST_PATIENCE);
  for (let i = 0; i < 5; i++) patience.succeeded(10_000);
  assertEquals(patience.at(0), HANDSHAKE_PATIENCE);
});

Deno.test("a minute after the last that was silent, the patience is as at first", () => {
  const patience = new HandshakePatience();
  for (let i = 0; i < 3; i++) patience.ended(1_000);
  assertEquals(patience.at(61_000), LEAST_PATIENCE);
  assertEquals(patience.at(61_001), HANDSHAKE_PATIENCE);
});
