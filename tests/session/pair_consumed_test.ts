import { assertEquals, assertThrows } from "@std/assert";
import { BLOCK } from "../harness/scripted_peer.ts";
import { VirtualPair } from "../harness/virtual_pair.ts";

/** A server that has received some octets on stream 1. */
function receivedPair(octets: number): VirtualPair {
  const pair = new VirtualPair();
  pair.runTo(0);
  pair.command(({ client }, now) => client.openStream(BLOCK, false, now));
  for (let left = octets; left > 0;) {
    left -= pair.command(({ client }, now) =>
      client.sendData(1, new Uint8Array(left), false, now)
    );
    pair.runTo(pair.now + 1);
  }
  return pair;
}

Deno.test("no more data can be handed over than has arrived, so that a peer's window never outgrows its size", () => {
  const pair = receivedPair(100);
  for (const octets of [101, 2 ** 31, Infinity, -1, 0.5, NaN]) {
    const error = assertThrows(
      () => pair.server.consumed(1, octets, pair.now),
      RangeError,
    );
    assertEquals(
      error.message,
      `Cannot hand over data of stream 1: expected an integer from 0 to 100, which have arrived, received ${octets}`,
    );
  }
  pair.server.consumed(1, 60, pair.now);
  assertThrows(() => pair.server.consumed(1, 41, pair.now), RangeError);
  pair.server.consumed(1, 40, pair.now);
  assertThrows(() => pair.server.consumed(1, 1, pair.now), RangeError);
});

Deno.test("what was handed over can be sent again, for ever", () => {
  const pair = receivedPair(60_000);
  for (let round = 0; round < 20; round++) {
    pair.command(({ server }, now) => server.consumed(1, 60_000, now));
    for (let left = 60_000; left > 0;) {
      const sent = pair.command(({ client }, now) =>
        client.sendData(1, new Uint8Array(left), false, now)
      );
      assertEquals(sent > 0, true);
      left -= sent;
      pair.runTo(pair.now + 1);
    }
  }
});

Deno.test("data of a stream that is gone may be handed over, and changes nothing", () => {
  const pair = receivedPair(100);
  pair.command(({ server }, now) => server.resetStream(1, 8, now));
  pair.server.consumed(1, 100, pair.now);
  pair.server.consumed(99, 5, pair.now);
  assertEquals(pair.server.takeOutput().length, 0);
});
