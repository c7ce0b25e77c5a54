import { assertEquals, assertThrows } from "@std/assert";
import { FIELDS } from "../harness/scripted_peer.ts";
import { VirtualPair } from "../harness/virtual_pair.ts";

/** A server that has received some octets on stream 1. */
function receivedPair(octets: number): VirtualPair {
  const pair = new VirtualPair();
  pair.runTo(0);
  pair.command(({ client }, now) => client.streams.open(FIELDS, false, now));
  pair.command(({ client }, now) =>
    client.streams.sendData(1, new Uint8Array(octets), false, now)
  );
  pair.runTo(pair.now + 1);
  assertEquals(pair.client.streams.queuedOctets(1), 0);
  return pair;
}

Deno.test("no more data can be handed over than has arrived, so that a peer's window never outgrows its size", () => {
  const pair = receivedPair(100);
  for (const octets of [101, 2 ** 31, Infinity, -1, 0.5, NaN]) {
    const error = assertThrows(
      () => pair.server.streams.consumed(1, octets, pair.now),
      RangeError,
    );
    assertEquals(
      error.message,
      `Cannot hand over data of stream 1: expected an integer from 0 to 100, which have arrived, received ${octets}`,
    );
  }
  pair.server.streams.consumed(1, 60, pair.now);
  assertThrows(() => pair.server.streams.consumed(1, 41, pair.now), RangeError);
  pair.server.streams.consumed(1, 40, pair.now);
  assertThrows(() => pair.server.streams.consumed(1, 1, pair.now), RangeError);
});

Deno.test("what was handed over can be sent again, for ever", () => {
  const pair = receivedPair(60_000);
  for (let round = 0; round < 20; round++) {
    pair.command(({ server }, now) => server.streams.consumed(1, 60_000, now));
    pair.command(({ client }, now) =>
      client.streams.sendData(1, new Uint8Array(60_000), false, now)
    );
    pair.runTo(pair.now + 1);
    assertEquals(pair.client.streams.queuedOctets(1), 0);
  }
});

Deno.test("data of a stream that is gone may be handed over, and changes nothing", () => {
  const pair = receivedPair(100);
  pair.command(({ server }, now) => server.streams.reset(1, 8, now));
  pair.server.streams.consumed(1, 100, pair.now);
  pair.server.streams.consumed(99, 5, pair.now);
  assertEquals(pair.server.takeOutput().length, 0);
});
