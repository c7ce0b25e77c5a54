import { assertEquals } from "@std/assert";
import { StreamHeartbeat } from "../../../src/grpc/heartbeat/mod.ts";
import { withSeed } from "../../harness/seed.ts";
import { VirtualClock } from "../../harness/virtual_clock.ts";

/** Looks at the clock, after which it is taken for endless. */
const MOST_LOOKS = 40;

/** A stream whose peer is silent, on a clock whose timers are never late. */
async function silentOn(clock: VirtualClock) {
  const told = { sent: 0, failed: 0 };
  let looks = 0;
  const heartbeat = new StreamHeartbeat({
    clock: {
      now: () => {
        if (++looks > MOST_LOOKS) {
          throw new Error("looks at the clock for ever");
        }
        return clock.now();
      },
      wall: clock.wall,
      timer: (delay, action) => clock.timer(delay, action),
    },
    peer: "server",
    timeout: 20_000,
    stream: {
      canSend: true,
      queuedOctets: 0,
      receiveWindow: 65_535,
      sendData: () => void told.sent++,
    },
    fail: () => void told.failed++,
    tell: () => {},
  });
  heartbeat.agree(45_000, {});
  await clock.advance(70_000);
  heartbeat.close();
  return told;
}

Deno.test(
  "a clock that tells fractions of milliseconds does not have a heartbeat look for ever",
  withSeed(async (random) => {
    for (let i = 0; i < 300; i++) {
      const start = random.below(7_000_000) / 7_001;
      const told = await silentOn(new VirtualClock(start));
      assertEquals(told, { sent: 1, failed: 1 }, `${start}`);
    }
  }),
);
