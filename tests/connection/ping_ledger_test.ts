import { assertEquals } from "@std/assert";
import {
  MAX_OUTSTANDING_PINGS,
  PingLedger,
  pingPayload,
} from "../../src/connection/ping_ledger.ts";
import { hex, octets } from "../harness/octets.ts";

Deno.test("The payloads of keepalive and drain are those of grpc-go", () => {
  const ledger = new PingLedger();
  assertEquals(hex(pingPayload(ledger.sent("keepalive", 0))), "0".repeat(16));
  assertEquals(hex(pingPayload(ledger.sent("drain", 0))), "0106010800030309");
});

Deno.test("Each PING of the user has a payload of its own", () => {
  const ledger = new PingLedger();
  const payloads = Array.from(
    { length: 500 },
    () => hex(pingPayload(ledger.sent("user", 0))),
  );
  assertEquals(new Set(payloads).size, 500);
  assertEquals(
    payloads.every((payload) => payload.startsWith("70696e67")),
    true,
  );
});

Deno.test("An acknowledgement finds its PING and tells the round trip", () => {
  const ledger = new PingLedger();
  const first = ledger.sent("user", 100);
  const second = ledger.sent("user", 150);
  assertEquals(ledger.acknowledged(pingPayload(second), 160), second);
  assertEquals(second.rtt, 10);
  assertEquals(first.rtt, undefined);
  assertEquals(ledger.acknowledged(pingPayload(first), 190)?.rtt, 90);
});

Deno.test("Of PINGs with the same payload the oldest is acknowledged", () => {
  for (const purpose of ["keepalive", "drain"] as const) {
    const ledger = new PingLedger();
    const first = ledger.sent(purpose, 1);
    const second = ledger.sent(purpose, 2);
    const payload = pingPayload(first);
    assertEquals(ledger.acknowledged(payload, 10), first);
    assertEquals(ledger.acknowledged(payload, 10), second);
    assertEquals(ledger.acknowledged(payload, 10), undefined);
  }
});

Deno.test("PINGs of other purposes are passed over", () => {
  const ledger = new PingLedger();
  const keepalive = ledger.sent("keepalive", 0);
  const user = ledger.sent("user", 0);
  const drain = ledger.sent("drain", 0);
  for (const ping of [drain, user, keepalive]) {
    assertEquals(ledger.acknowledged(pingPayload(ping), 1), ping);
  }
});

Deno.test("An acknowledgement that nobody awaits belongs to no PING", () => {
  const ledger = new PingLedger();
  assertEquals(ledger.acknowledged(new Uint8Array(8), 0), undefined);
  const ping = ledger.sent("user", 0);
  for (
    const payload of [
      "0000000000000000",
      "0106010800030309",
      "70696e6700000000",
      "70696e6701000001",
      "0204101009 0e0707",
    ]
  ) assertEquals(ledger.acknowledged(octets(payload), 1), undefined, payload);
  assertEquals(ledger.acknowledged(octets("70696e67 00000001"), 2), ping);
});

Deno.test("A payload must be the same to its last octet", () => {
  const ledger = new PingLedger();
  for (const purpose of ["keepalive", "drain", "user"] as const) {
    const payload = pingPayload(ledger.sent(purpose, 0));
    for (let at = 0; at < 8; at++) {
      const other = payload.slice();
      other[at] ^= 0x80;
      assertEquals(ledger.acknowledged(other, 1), undefined);
    }
  }
});

Deno.test("PINGs are numbered from 1, whatever their purpose", () => {
  const ledger = new PingLedger();
  assertEquals(
    (["user", "keepalive", "drain", "user"] as const)
      .map((purpose) => ledger.sent(purpose, 0).id),
    [1, 2, 3, 4],
  );
});

Deno.test("The last four PINGs are remembered, acknowledged or not", () => {
  const ledger = new PingLedger();
  assertEquals(ledger.recent, []);
  const pings = [1, 2, 3, 4, 5, 6].map((at) => ledger.sent("keepalive", at));
  ledger.acknowledged(new Uint8Array(8), 7);
  assertEquals(ledger.recent.map(({ id }) => id), [3, 4, 5, 6]);
  assertEquals(pings[0].rtt, 6);
});

Deno.test("The ledger is full after 1,000 PINGs, and forgets none of a user", () => {
  const ledger = new PingLedger();
  assertEquals(MAX_OUTSTANDING_PINGS, 1_000);
  const first = ledger.sent("user", 0);
  for (let i = 1; i < 999; i++) ledger.sent("user", 0);
  assertEquals(ledger.full, false);
  ledger.sent("user", 0);
  assertEquals(ledger.full, true);
  assertEquals(ledger.forgetOne(), undefined);
  const forgotten = ledger.sent("keepalive", 0);
  assertEquals(ledger.forgetOne(), forgotten);
  const keepalive = ledger.sent("keepalive", 1);
  assertEquals(ledger.acknowledged(pingPayload(forgotten), 2), keepalive);
  assertEquals(ledger.acknowledged(pingPayload(keepalive), 2), undefined);
  assertEquals(ledger.acknowledged(pingPayload(first), 2), first);
  assertEquals(ledger.full, false);
});

Deno.test("A payload can be written into octets that are reused", () => {
  const ledger = new PingLedger();
  const into = new Uint8Array(8).fill(0xff);
  for (const purpose of ["user", "keepalive", "drain", "user"] as const) {
    const ping = ledger.sent(purpose, 0);
    assertEquals(pingPayload(ping, into) === into, true);
    assertEquals(into, pingPayload(ping));
  }
});
