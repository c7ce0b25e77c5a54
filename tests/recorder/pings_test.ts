import { assertEquals } from "@std/assert";
import { Recorder } from "../../src/recorder/mod.ts";
import type { TransportEvent } from "../../src/transport/mod.ts";
import { withSeed } from "../harness/seed.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { puppetTransport } from "./support/puppet_transport.ts";

const WEIGHT = 1 / 16;
const PURPOSES = ["keepalive", "user", "bdp"] as const;

for (const ended of [0, 1]) {
  Deno.test(
    `the PINGs of all connections are counted from the first on, with ${ended} ended connections kept`,
    withSeed((random) => {
      const clock = new VirtualClock();
      const recorder = new Recorder({ clock, ended });
      const expected = { sent: 0, acked: 0, lost: 0, jitter: 0 };
      const last = new Map<number, number>();
      const tell = (connection: number, event: TransportEvent) =>
        recorder.connection(event, puppetTransport(connection, { clock }));
      const ping = (connection: number, id: number) => {
        clock.tick(random.below(20_000));
        const at = clock.now();
        const purpose = PURPOSES[random.below(PURPOSES.length)];
        const rtt = random.below(1_000) / 7;
        tell(connection, { at, type: "ping-sent", purpose, id });
        tell(connection, { at, type: "ping-acked", purpose, id, rtt });
        if (purpose !== "bdp") expected.sent++, expected.acked++;
        const before = last.get(connection);
        if (before !== undefined) {
          const difference = Math.abs(rtt - before);
          expected.jitter += (difference - expected.jitter) * WEIGHT;
        }
        last.set(connection, rtt);
        const { sent, acked, lost, jitter } = recorder.stats().pings;
        assertEquals({ sent, acked, lost, jitter }, expected);
      };
      const lose = (connection: number, id: number) => {
        const at = clock.now();
        tell(connection, { at, type: "ping-sent", purpose: "keepalive", id });
        tell(connection, { at, type: "keepalive-timeout", silence: 1 });
        expected.sent++, expected.lost++;
        const reason = {
          kind: "dead-peer",
          initiator: "local",
          code: 0,
          debug: "",
          message: "",
          lastPings: [],
        } as never;
        tell(connection, { at, type: "closed", reason });
      };
      for (let id = 1; id <= 5; id++) ping(1, id);
      if (random.oneIn(2)) lose(1, 6);
      for (let id = 6; id <= 40; id++) ping(2 + random.below(2), id);
    }),
  );
}
