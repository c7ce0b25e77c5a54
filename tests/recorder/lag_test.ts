import { assert, assertEquals } from "@std/assert";
import { ConnectionRecord } from "../../src/recorder/connection_record.ts";
import {
  isAtWork,
  LagToConnections,
} from "../../src/recorder/lag_to_connections.ts";
import { LoopWatch } from "../../src/runtime/mod.ts";
import type { Transport } from "../../src/transport/mod.ts";
import { heapInUse } from "../harness/collect.ts";
import { PATIENCE } from "../harness/time.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";

/** Channels of the process. */
const CHANNELS = 5_000;

/** Octets of a lag for each of them: less than any object takes. */
const FOR_EACH = 8;

/** Octets that the numbers of a connection take at the least. */
const NUMBERS = 600;

function transportThatRead(lastReadAt: number, activeStreams = 0): Transport {
  return {
    lastReadAt,
    activeStreams,
    counters: () => ({ lastWrittenAt: 1_000 }),
  } as unknown as Transport;
}

Deno.test("a lag is told to connections that read since, or have written for calls", () => {
  assert(isAtWork(transportThatRead(501), 500));
  assert(!isAtWork(transportThatRead(500), 500));
  assert(isAtWork(transportThatRead(500, 1), 500));
  assert(!isAtWork(transportThatRead(500, 1), 1_000));
});

Deno.test("all of those who have joined are told of a lag, also if one leaves meanwhile", () => {
  const told: [string, number][] = [];
  const lags = new LagToConnections<string>(
    new LoopWatch(new VirtualClock()),
    (taker, { event, since }) => {
      assertEquals(event, { at: 1_000, type: "timer-late", lag: 200 });
      told.push([taker, since]);
      if (taker === "b") lags.leave("b");
    },
  );
  for (const taker of ["a", "b", "c"]) lags.join(taker);
  lags.onLag(200, 1_000);
  lags.onLag(200, 1_000);
  const names = told.map(([name]) => name);
  assertEquals(names, ["a", "b", "c", "a", "c"]);
  assert(told.every(([, since]) => since === 740));
});

Deno.test("a lag takes no memory for channels whose connections are idle", () => {
  const idle = Array.from({ length: CHANNELS }, () => transportThatRead(0));
  let found = 0;
  const lags = new LagToConnections<Transport>(
    new LoopWatch(new VirtualClock()),
    (transport, { since }) => {
      if (isAtWork(transport, since)) found++;
    },
  );
  for (const transport of idle) lags.join(transport);
  // Code that is not compiled yet allocates, and a collection may fall into one
  // round, not into each of three.
  const end = performance.now() + PATIENCE;
  for (let quiet = 0; quiet < 3;) {
    const before = Deno.memoryUsage().heapUsed;
    for (let i = 0; i < 10; i++) lags.onLag(60, 1_000);
    const taken = (Deno.memoryUsage().heapUsed - before) / (10 * CHANNELS);
    quiet = Math.abs(taken) < FOR_EACH ? quiet + 1 : 0;
    assert(performance.now() < end, `${taken} octets for each`);
  }
  assertEquals(found, 0);
});

Deno.test("a connection that was late takes no more than before", () => {
  const identity = { id: 1, role: "client", peer: "a" } as const;
  const make = () => {
    const record = new ConnectionRecord(identity, 256, 0);
    record.record({
      at: 10,
      type: "ping-acked",
      purpose: "keepalive",
      id: 1,
      rtt: 10,
    });
    return record;
  };
  const event = { at: 1_000, type: "timer-late", lag: 60 } as const;
  make().record(event);
  const records = Array.from({ length: CHANNELS }, make);
  const before = heapInUse();
  for (const record of records) record.record(event);
  const each = (heapInUse() - before) / CHANNELS;
  assert(each < NUMBERS / 3, `${each} octets for each`);
  const [record] = records;
  assert(record.hasLag({ at: 1_050, lag: 60 }));
  assert(!record.hasLag({ at: 1_100, lag: 60 }));
  assertEquals(Math.round(record.stats(2_000, undefined).lag!.max), 60);
});
