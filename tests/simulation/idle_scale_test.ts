import { assert, assertEquals } from "@std/assert";
import { dial, listen } from "../../src/transport/mod.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { VirtualNetwork } from "../harness/virtual_network.ts";

const TIME = 10_000;

/** Keepalive intervals that are looked at. */
const INTERVALS = 6;

/** What a connection costs that is idle for so many intervals. */
interface Cost {
  /** Timers of the clock that are set, those of the network included. */
  readonly timers: number;
  /** PINGs that were answered. */
  readonly pings: number;
  /** Octets that are written, on either side. */
  readonly octets: number;
}

/** The cost of each of so many connections that a server keeps alive. */
async function costOfEach(count: number): Promise<Cost> {
  const clock = new VirtualClock();
  const network = new VirtualNetwork(clock);
  const listener = listen({
    hostname: "10.0.0.1",
    port: 50_051,
    clock,
    network,
    keepalive: { time: TIME },
  });
  const dialling = Promise.all(
    Array.from(
      { length: count },
      () => dial("10.0.0.1:50051", { clock, network, random: () => 0.5 }),
    ),
  );
  await clock.advance(TIME / 2);
  const clients = await dialling;
  const both = () =>
    [...listener.transports, ...clients].map((each) => each.counters());
  const sum = (key: "keepAlivesAcked" | "bytesSent") =>
    both().reduce((total, counters) => total + counters[key], 0);
  const timers = clock.planned.length;
  const octets = sum("bytesSent");
  await clock.advance(INTERVALS * TIME);
  const cost = {
    timers: (clock.planned.length - timers) / count,
    pings: sum("keepAlivesAcked") / count,
    octets: (sum("bytesSent") - octets) / count,
  };
  const closing = listener.close();
  await clock.advance(2_000);
  await closing;
  assertEquals([network.open, clock.pending], [0, 0]);
  return cost;
}

Deno.test("an idle connection costs as much among a thousand as among ten: a PING, its answer, and their timers", async () => {
  const [few, many] = [await costOfEach(10), await costOfEach(1_000)];
  assertEquals([few.pings, many.pings], [INTERVALS, INTERVALS]);
  assertEquals([few.octets, many.octets], [
    INTERVALS * 2 * 17,
    INTERVALS * 2 * 17,
  ]);
  assert(
    many.timers <= 1.2 * few.timers,
    `${many.timers} timers, of ten connections ${few.timers}`,
  );
});
