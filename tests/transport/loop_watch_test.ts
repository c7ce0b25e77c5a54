import { assert, assertEquals } from "@std/assert";
import { LoopWatch, systemClock } from "../../src/runtime/mod.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { echo, Stage } from "../grpc/support/words.ts";

/** A clock whose timers are late by what the test says. */
function lateBy(clock: VirtualClock, lag: () => number) {
  return {
    now: () => clock.now(),
    wall: () => clock.now(),
    timer: (delay: number, action: () => void) =>
      clock.timer(delay + lag(), action),
  };
}

Deno.test("a lag of 50 ms or more is told to those who listen, once", async () => {
  const clock = new VirtualClock();
  let lag = 0;
  const watch = new LoopWatch(lateBy(clock, () => lag));
  const told: number[] = [];
  const listener = { onLag: (lag: number) => void told.push(lag) };
  watch.touch();
  assertEquals(clock.pending, 0);
  watch.join(listener);
  for (lag of [0, 49, 50, 3_000]) {
    watch.touch();
    watch.touch();
    assertEquals(clock.pending, 1);
    await clock.advance(10_000);
    assertEquals(clock.pending, 0);
  }
  assertEquals(told, [50, 3_000]);
  watch.touch();
  watch.leave(listener);
  assertEquals(clock.pending, 0);
});

Deno.test("a handler that holds up the event loop is in the recording of its connection", async () => {
  await using stage = new Stage({
    ...echo,
    one: (word) => {
      const end = systemClock.now() + Number(word);
      while (systemClock.now() < end);
      return word;
    },
  });
  await stage.words.one("0");
  await stage.words.one("250");
  await stage.words.one("0");
  const [recording] = stage.server.recordings();
  assert(recording.type === "connection");
  const lags = recording.events.filter(({ type }) => type === "timer-late");
  const [first] = lags;
  assert(first?.type === "timer-late", `${lags.length}`);
  assert(first.lag >= 100, `${first.lag}`);
  assert(recording.stats.lag!.max >= 100);
});
