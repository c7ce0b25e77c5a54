import {
  assertEquals,
  assertGreater,
  assertLess,
  assertLessOrEqual,
} from "@std/assert";
import type { Session, SessionEvent } from "../../src/session/mod.ts";
import { FIELDS, RESPONSE } from "../harness/scripted_peer.ts";
import { steadyLink, VirtualPair } from "../harness/virtual_pair.ts";

const MEBIBYTE = 1_048_576;
const LATENCY = 10;

/** The default policy of servers: a PING every five minutes. */
const STRICT = { enforcement: { minTime: 300_000 } };

/** Reads what one end receives as it comes, and keeps count. */
class Reader {
  readonly #session: Session;
  readonly #events: SessionEvent[];
  octets = 0;
  readonly counts: Partial<Record<string, number>> = {};

  constructor(session: Session, events: SessionEvent[]) {
    this.#session = session;
    this.#events = events;
  }

  read(now: number): void {
    for (const event of this.#events.splice(0)) {
      const name = event.type === "ping-sent"
        ? `ping-sent ${event.purpose}`
        : event.type;
      this.counts[name] = (this.counts[name] ?? 0) + 1;
      if (event.type !== "data") continue;
      this.octets += event.data.length;
      this.#session.streams.consumed(event.streamId, event.data.length, now);
    }
  }
}

/** Two ends that read what comes, and stream 1 between them. */
class Pair {
  readonly pair: VirtualPair;
  readonly client: Reader;
  readonly server: Reader;
  readonly #latency: number;

  constructor(latency = LATENCY) {
    this.#latency = latency;
    const link = steadyLink(latency);
    const keepalive = { time: Infinity };
    this.pair = new VirtualPair({
      client: { keepalive },
      server: STRICT,
      link,
    });
    this.client = new Reader(this.pair.client, this.pair.clientEvents);
    this.server = new Reader(this.pair.server, this.pair.serverEvents);
    this.advance(4 * latency);
  }

  get now(): number {
    return this.pair.now;
  }

  /** Lets time pass; what comes is read within a millisecond. */
  advance(milliseconds: number): void {
    const until = this.now + milliseconds;
    do {
      this.pair.runTo(Math.min(this.now + 1, until));
      this.pair.command((_, now) => {
        this.client.read(now);
        this.server.read(now);
      });
    } while (this.now < until);
  }

  /** Opens a stream that the server answers with headers. */
  open(): number {
    const id = this.pair.command(({ client }, now) =>
      client.streams.open(FIELDS, false, now)
    );
    this.advance(this.#latency);
    this.pair.command(({ server }, now) =>
      server.streams.sendHeaders(id, RESPONSE, false, now)
    );
    return id;
  }

  /** One call with small messages, to its end. */
  call(): void {
    const { pair } = this;
    const message = new Uint8Array(100);
    const id = pair.command(({ client }, now) => {
      const id = client.streams.open(FIELDS, false, now);
      client.streams.sendData(id, message, true, now);
      return id;
    });
    pair.runTo(pair.now + this.#latency);
    pair.command(({ server }, now) => {
      server.streams.sendHeaders(id, RESPONSE, false, now);
      server.streams.sendData(id, message, false, now);
      server.streams.sendHeaders(id, [["grpc-status", "0"]], true, now);
    });
    this.advance(this.#latency);
  }
}

Deno.test("100 MiB in both directions at once take few round trips, and no PING that a strict server strikes", () => {
  const pair = new Pair();
  const id = pair.open();
  const piece = new Uint8Array(MEBIBYTE);
  const begun = pair.now;
  pair.pair.command(({ client, server }, now) => {
    for (let i = 0; i < 100; i++) {
      client.streams.sendData(id, piece, false, now);
      server.streams.sendData(id, piece, false, now);
    }
  });
  while (pair.client.octets + pair.server.octets < 200 * MEBIBYTE) {
    pair.advance(1);
    assertLess(pair.now - begun, 50 * 2 * LATENCY);
  }
  assertEquals([pair.client.octets, pair.server.octets], [
    100 * MEBIBYTE,
    100 * MEBIBYTE,
  ]);
  for (const { counts } of [pair.client, pair.server]) {
    const pings = counts["ping-sent bdp"] ?? 0;
    assertGreater(pings, 5);
    assertLessOrEqual(pings, 20);
    assertEquals(counts["closed"], undefined);
  }
  assertEquals(pair.server.counts["ping-strike"], undefined);
  assertGreater(pair.pair.server.counters().pingsReceived, 5);
});

Deno.test("So it is with pauses, in which the server has nothing to say", () => {
  const pair = new Pair();
  const id = pair.open();
  for (let i = 0; i < 200; i++) {
    pair.pair.command(({ server }, now) =>
      server.streams.sendData(id, new Uint8Array(50_000), false, now)
    );
    pair.advance(i % 4 * LATENCY + 5);
  }
  pair.advance(100);
  assertEquals(pair.client.octets, 200 * 50_000);
  assertGreater(pair.client.counts["ping-sent bdp"] ?? 0, 3);
  assertEquals(pair.server.counts["ping-strike"], undefined);
});

Deno.test("A client that only sends is not the one that pings", () => {
  const pair = new Pair();
  const id = pair.open();
  pair.pair.command(({ client }, now) =>
    client.streams.sendData(id, new Uint8Array(10 * MEBIBYTE), false, now)
  );
  pair.advance(2_000);
  assertEquals(pair.server.octets, 10 * MEBIBYTE);
  assertGreater(pair.server.counts["ping-sent bdp"] ?? 0, 3);
  assertEquals(pair.client.counts["ping-sent bdp"], undefined);
});

Deno.test("Small calls cause no PING, however many", () => {
  for (const latency of [0, LATENCY]) {
    const pair = new Pair(latency);
    for (let i = 0; i < 1_000; i++) pair.call();
    assertEquals([pair.client.octets, pair.server.octets], [100_000, 100_000]);
    for (const { counts } of [pair.client, pair.server]) {
      assertEquals(counts["ended"], 1_000);
      assertEquals(counts["ping-sent bdp"], undefined);
    }
  }
});

Deno.test("Nor do small messages on a stream that stays open", () => {
  const pair = new Pair();
  const id = pair.open();
  for (let i = 0; i < 1_000; i++) {
    pair.pair.command(({ client, server }, now) => {
      client.streams.sendData(id, new Uint8Array(1_000), false, now);
      server.streams.sendData(id, new Uint8Array(1_000), false, now);
    });
    pair.advance(10);
  }
  for (const { counts, octets } of [pair.client, pair.server]) {
    assertGreater(octets, 900_000);
    assertEquals(counts["ping-sent bdp"], undefined);
  }
});
