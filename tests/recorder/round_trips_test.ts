import { assertEquals } from "@std/assert";
import { ConnectionRecord, Recorder } from "../../src/recorder/mod.ts";
import { SlidingSketch } from "../../src/recorder/sketch.ts";
import { spreadOf } from "../../src/recorder/stats.ts";
import type { CloseReason } from "../../src/session/mod.ts";
import type { TransportEvent } from "../../src/transport/mod.ts";
import { withSeed } from "../harness/seed.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { puppetTransport } from "./support/puppet_transport.ts";

const REASON: CloseReason = {
  kind: "local-close",
  by: "local",
  code: 0,
  debug: "",
  message: "",
  at: 1,
  lastReadAt: 1,
  lastPings: [],
};

const IDENTITY = {
  id: 1,
  role: "server",
  peer: "192.0.2.1:50051",
  wallOffset: 0,
} as const;

for (const events of [1, 2, 9, 64, 256]) {
  for (const hasData of [false, true]) {
    Deno.test(
      `round-trip times are those of all PINGs of the window, with ${events} events kept${
        hasData ? " and PINGs among them that are not" : ""
      }`,
      withSeed((random) => {
        const record = new ConnectionRecord(IDENTITY, events, 0);
        const sketch = new SlidingSketch(0.05);
        for (let id = 1, at = 0; id <= 200; id++) {
          at += random.below(20_000);
          const purpose = hasData && random.oneIn(16) ? "bdp" : "keepalive";
          record.record({ at, type: "ping-sent", purpose, id });
          if (random.oneIn(8)) record.record({ at, type: "settings-acked" });
          const rtt = random.below(1_000) / 7;
          at += rtt;
          const acked: TransportEvent = {
            at,
            type: "ping-acked",
            purpose,
            id,
            rtt,
          };
          record.record(acked);
          sketch.add(rtt, at);
          assertEquals(
            record.stats(at, undefined).pings.rtt,
            spreadOf(sketch.whole(at)),
          );
        }
      }),
    );
  }
}

for (const events of [2, 256]) {
  Deno.test(
    `round-trip times of all connections are the same before and after there is a second, with ${events} events kept`,
    withSeed((random) => {
      const clock = new VirtualClock();
      const recorder = new Recorder({ events, ended: 1, clock });
      const sketch = new SlidingSketch(0.02);
      const measure = (
        connection: number,
        id: number,
        purpose: "bdp" | "user",
      ) => {
        clock.tick(random.below(20_000));
        const rtt = random.below(1_000) / 7;
        const at = clock.now();
        const transport = puppetTransport(connection, { clock });
        recorder.connection(
          { at, type: "ping-acked", purpose, id, rtt },
          transport,
        );
        sketch.add(rtt, at);
        assertEquals(
          recorder.stats().pings.rtt,
          spreadOf(sketch.whole(at)),
        );
      };
      for (let id = 1; id <= 20; id++) measure(1, id, "user");
      if (random.oneIn(2)) measure(1, 21, "bdp");
      for (let id = 1; id <= 60; id++) measure(1 + random.below(3), id, "user");
    }),
  );
}

Deno.test("round-trip times are known after the only connection has ended, although none is kept", () => {
  const clock = new VirtualClock();
  const recorder = new Recorder({ ended: 0, clock });
  const transport = puppetTransport(1, { clock });
  recorder.connection(
    { at: 0, type: "ping-acked", purpose: "user", id: 1, rtt: 10 },
    transport,
  );
  const { rtt } = recorder.stats().pings;
  assertEquals(rtt?.count, 1);
  recorder.connection({ at: 1, type: "closed", reason: REASON }, transport);
  assertEquals(recorder.stats().pings.rtt, rtt);
  assertEquals(recorder.recordings(), []);
});
