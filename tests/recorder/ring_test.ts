import { assert, assertEquals } from "@std/assert";
import { encodeEvent, eventsOf } from "../../src/recorder/connection_codec.ts";
import { NOTES_BUDGET } from "../../src/recorder/notes.ts";
import { Ring } from "../../src/recorder/ring.ts";
import type { TransportEvent } from "../../src/transport/mod.ts";
import { withSeed } from "../harness/seed.ts";
import { randomEvent, TYPE_COUNT } from "./support/random_events.ts";

const EVENTS = 10_000;

Deno.test(
  "10 000 random events come out of a ring as they went in",
  withSeed((random) => {
    const seen = new Set<string>();
    let ring = new Ring(256);
    let went: TransportEvent[] = [];
    for (let i = 0; i < EVENTS; i++) {
      const event = randomEvent(random, i / 8);
      seen.add(event.type);
      encodeEvent(ring, event);
      went.push(event);
      if (i % 100 < 99 && i < EVENTS - 1) continue;
      assertEquals(eventsOf(ring), went);
      ring = new Ring(256);
      went = [];
    }
    assertEquals(seen.size, TYPE_COUNT);
  }),
);

Deno.test(
  "a ring that has turned has the last events, whole, or none of their kind",
  withSeed((random) => {
    const ring = new Ring(64);
    const went: TransportEvent[] = [];
    for (let i = 0; i < EVENTS; i++) {
      const event = randomEvent(random, i);
      encodeEvent(ring, event);
      went.push(event);
    }
    assertEquals(ring.forgotten, EVENTS - 64);
    assertEquals(eventsOf(ring), went.slice(-64));
  }),
);

Deno.test("256 events take 8 KiB at the most, PINGs and their answers under half of it", () => {
  const longest = new Ring(256);
  const short = new Ring(256);
  const pings = new Ring(256);
  assertEquals(pings.byteLength, 192);
  for (let i = 0; i < 1_000; i++) {
    longest.add(1, i, 0.5, 0.5);
    short.add(1, i);
    pings.add(4, 10_000 * i, i);
    pings.answer(5, 10_000 * i + 0.25, i, 0.25, 0);
  }
  for (const ring of [longest, short, pings]) {
    assertEquals([...ring.entries()].length, 256);
  }
  assertEquals(longest.byteLength, 8_192);
  assert(short.byteLength <= 6_144, `${short.byteLength} octets`);
  assert(pings.byteLength <= 3_840, `${pings.byteLength} octets`);
});

Deno.test(
  "PINGs and their answers come out of a ring as they went in, whatever came between",
  withSeed((random) => {
    for (const most of [1, 2, 3, 7, 64]) {
      const ring = new Ring(most);
      const went: TransportEvent[] = [];
      const purpose = "keepalive";
      const note = (event: TransportEvent) => {
        encodeEvent(ring, event);
        went.push(event);
        assertEquals(eventsOf(ring), went.slice(-most));
        assertEquals(ring.forgotten, Math.max(0, went.length - most));
      };
      for (let id = 1, at = 0; id < 300; id++) {
        note({ at, type: "ping-sent", purpose, id });
        if (random.oneIn(8)) note(randomEvent(random, at));
        const rtt = random.below(1_000) / 7;
        const measured = random.oneIn(8) ? rtt / 3 : at + rtt - at;
        at += rtt;
        if (random.oneIn(8)) continue;
        note({ at, type: "ping-acked", purpose, id, rtt: measured });
        if (random.oneIn(8)) note(randomEvent(random, at));
      }
    }
  }),
);

Deno.test("a ring of a size that is no power of two grows to just that", () => {
  const ring = new Ring(20);
  for (let i = 0; i < 50; i++) {
    ring.add(1, i);
    const expected = Array.from(
      { length: Math.min(i + 1, 20) },
      (_, j) => Math.max(0, i - 19) + j,
    );
    assertEquals([...ring.entries()].map(({ at }) => at), expected);
  }
});

Deno.test("texts of a peer are cut, and all of them together are bounded", () => {
  const ring = new Ring(256);
  for (let i = 0; i < 256; i++) {
    const debug = `${i}`.padEnd(16_384, "x");
    const type = "goaway-received";
    encodeEvent(ring, { at: i, type, lastStreamId: 0, code: 0, debug });
  }
  const texts = eventsOf(ring).map((event) =>
    event.type === "goaway-received" ? event.debug : ""
  );
  assertEquals(texts.length, 256);
  const kept = texts.filter((text) => text !== "…");
  assert(kept.length > 0 && kept.length * 512 <= NOTES_BUDGET);
  assertEquals(texts.slice(-kept.length), kept);
  for (const text of kept) assertEquals([text.length, text.at(-1)], [512, "…"]);
});

Deno.test("the texts in the reason of a close are cut, too", () => {
  const ring = new Ring(16);
  const long = "y".repeat(10_000);
  encodeEvent(ring, {
    at: 1,
    type: "closed",
    reason: {
      kind: "goaway",
      by: "peer",
      code: 0,
      debug: long,
      message: long,
      at: 1,
      lastReadAt: 0,
      lastPings: [],
      goaway: { lastStreamId: 1, code: 0, debug: long },
    },
  });
  const [event] = eventsOf(ring);
  assert(event.type === "closed");
  const { debug, message, goaway } = event.reason;
  assertEquals([debug, message, goaway!.debug].map(({ length }) => length), [
    512,
    512,
    512,
  ]);
});
