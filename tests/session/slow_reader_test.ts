import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { FIELDS, RESPONSE } from "../harness/scripted_peer.ts";
import { steadyLink, VirtualPair } from "../harness/virtual_pair.ts";

const MEBIBYTE = 1_048_576;
const LATENCY = 5;

/**
 * The server sends as fast as it may; the client takes so many octets each
 * millisecond. Answers with the most that ever lay there untaken.
 */
function mostUntaken(pace: number, total: number): number {
  const pair = new VirtualPair({ link: steadyLink(LATENCY) });
  pair.runTo(4 * LATENCY);
  const id = pair.command(({ client }, now) =>
    client.streams.open(FIELDS, true, now)
  );
  pair.runTo(pair.now + LATENCY);
  pair.command(({ server }, now) => {
    server.streams.sendHeaders(id, RESPONSE, false, now);
    for (let i = 0; i < total / MEBIBYTE; i++) {
      server.streams.sendData(id, new Uint8Array(MEBIBYTE), false, now);
    }
  });
  let taken = 0;
  let untaken = 0;
  let most = 0;
  while (taken < total) {
    pair.runTo(pair.now + 1);
    for (const event of pair.clientEvents.splice(0)) {
      if (event.type === "data") untaken += event.data.length;
    }
    most = Math.max(most, untaken);
    const part = Math.min(untaken, pace);
    untaken -= part;
    taken += part;
    pair.command(({ client }, now) => client.streams.consumed(id, part, now));
  }
  assertEquals([taken, untaken], [total, 0]);
  return most;
}

Deno.test("Behind a reader that takes 2 KiB a millisecond no more than 256 KiB pile up", () => {
  assertLess(mostUntaken(2_048, 8 * MEBIBYTE), 262_144);
});

Deno.test("A reader that takes all that comes is offered more than that", () => {
  assertGreater(mostUntaken(Infinity, 64 * MEBIBYTE), MEBIBYTE);
});
