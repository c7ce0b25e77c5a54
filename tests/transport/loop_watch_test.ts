import { assert, assertEquals, fail } from "@std/assert";
import type { Recording } from "../../src/recorder/mod.ts";
import { LoopWatch, systemClock } from "../../src/runtime/mod.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";
import { echo, Stage, until } from "../grpc/support/words.ts";

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
  const late = lateBy(clock, () => {
    const next = lag;
    lag = 0;
    return next;
  });
  const watch = new LoopWatch(late);
  const told: [lag: number, at: number][] = [];
  const listener = {
    onLag: (lag: number, at: number) => void told.push([lag, at]),
  };
  watch.touch();
  assertEquals(clock.pending, 0);
  watch.join(listener);
  // What is late by 30 ms was planned 20 ms before.
  for (lag of [0, 29, 30, 3_000]) {
    watch.touch();
    watch.touch();
    assertEquals(clock.pending, 1);
    await clock.advance(10_000);
    assertEquals(clock.pending, 0);
  }
  assertEquals(told, [[50, 20_050], [3_020, 33_020]]);
  watch.touch();
  watch.leave(listener);
  assertEquals(clock.pending, 0);
});

Deno.test("a loop that is held up for 50 ms is always noticed, wherever it begins between two looks", async () => {
  for (let begin = 0; begin < 60; begin += 0.5) {
    for (const held of [50, 50.5, 60, 69, 70, 500]) {
      const clock = new VirtualClock();
      const told: number[] = [];
      const watch = new LoopWatch(heldUp(clock, begin, held));
      watch.join({ onLag: (lag) => void told.push(lag) });
      watch.touch();
      await clock.advance(1_000);
      const [lag] = told;
      assertEquals(told.length, 1, `${held} ms from ${begin} ms on: ${told}`);
      assert(lag >= held && lag <= held + 20, `${lag} instead of ${held}`);
    }
  }
});

Deno.test("a loop that is held up for less than 30 ms is no lag", async () => {
  for (let begin = 0; begin < 60; begin += 0.5) {
    const clock = new VirtualClock();
    const watch = new LoopWatch(heldUp(clock, begin, 29.5));
    watch.join({ onLag: (lag) => fail(`${lag} from ${begin} ms on`) });
    watch.touch();
    await clock.advance(1_000);
  }
});

Deno.test("a process without work is woken three times, and no more", async () => {
  const clock = new VirtualClock();
  const watch = new LoopWatch(clock);
  watch.join({ onLag: () => {} });
  watch.touch();
  await clock.advance(60_000);
  assertEquals(clock.planned, [20, 20, 20]);
  assertEquals(clock.pending, 0);
});

Deno.test("a loop that is held up under reads is always noticed, by 10 ms more at the most, and with fewer looks", async () => {
  for (let begin = 100; begin < 160; begin += 0.5) {
    const clock = new VirtualClock();
    const held = heldUp(clock, begin, 60);
    const told: number[] = [];
    const watch = new LoopWatch(held, (action) => held.timer(0, action));
    watch.join({ onLag: (lag) => void told.push(lag) });
    const read = () => {
      watch.touch();
      watch.read(clock.now(), held);
      if (clock.now() < 300) held.timer(1, read);
    };
    read();
    await clock.advance(1_000);
    const [lag] = told;
    assertEquals(told.length, 1, `from ${begin} ms on: ${told}`);
    assert(lag >= 60 && lag <= 71, `${lag} from ${begin} ms on`);
    const looks = clock.planned.filter((delay) => delay >= 20 && delay <= 40);
    assert(looks.length <= 12, `${looks}`);
  }
});

Deno.test("silence after reads is no lag, and reads by another clock are none", async () => {
  for (let silence = 1; silence < 120; silence++) {
    const clock = new VirtualClock();
    const watch = new LoopWatch(clock, (action) => clock.timer(0, action));
    watch.join({ onLag: (lag) => fail(`${lag} after ${silence} ms`) });
    const read = () => {
      watch.touch();
      watch.read(clock.now(), clock);
      watch.read(clock.now() + 1_000_000, new VirtualClock());
    };
    for (let i = 0; i < 40; i++) {
      read();
      await clock.advance(i % 20 === 19 ? silence : 3);
    }
  }
});

Deno.test("a handler that holds up the event loop is in the recording of its connection", async () => {
  await using stage = new Stage({
    ...echo,
    one: (word) => {
      holdUp(Number(word));
      return word;
    },
  });
  await stage.words.one("0");
  await stage.words.one("250");
  await stage.words.one("0");
  const [recording] = stage.server.recordings();
  assert(recording.type === "connection");
  const lags = recording.events.flatMap((event) =>
    event.type === "timer-late" ? [event.lag] : []
  );
  // A busy machine may hold it up besides.
  assert(lags.some((lag) => lag >= 250), `${lags}`);
  assert(recording.stats.lag!.max >= 237, `${recording.stats.lag!.max}`);
});

Deno.test("each time that something else holds up the event loop for 60 ms under a call is in both recordings", async () => {
  let arrived = Promise.withResolvers<() => void>();
  await using stage = new Stage({
    ...echo,
    one: (word) =>
      new Promise((resolve) => arrived.resolve(() => resolve(word))),
  });
  for (let after = 0; after < 40; after += 4) {
    arrived = Promise.withResolvers();
    const begin = systemClock.now();
    const call = stage.words.one("a word");
    const answer = await arrived.promise;
    const held = Promise.withResolvers<number>();
    systemClock.timer(after, () => {
      held.resolve(systemClock.now());
      holdUp(60);
    });
    const heldAt = await held.promise;
    // On a machine that is busy otherwise the watch may have ended before.
    if (heldAt - begin < 55) {
      for (const end of [stage.server, stage.channel]) {
        await until(() => hasLag(end.recordings(), heldAt));
      }
    }
    answer();
    await call;
  }
});

/** A clock whose timers wait until the loop is no longer held up. */
function heldUp(clock: VirtualClock, begin: number, held: number) {
  return {
    now: () => clock.now(),
    wall: () => clock.now(),
    timer: (delay: number, action: () => void) => {
      const due = clock.now() + delay;
      const isHeld = due > begin && due < begin + held;
      return clock.timer(isHeld ? begin + held - clock.now() : delay, action);
    },
  };
}

function holdUp(milliseconds: number): void {
  const end = systemClock.now() + milliseconds;
  while (systemClock.now() < end);
}

function hasLag(recordings: readonly Recording[], heldAt: number): boolean {
  return recordings.flatMap((each) =>
    each.type === "connection" ? each.events : []
  ).some((event) =>
    event.type === "timer-late" && event.at > heldAt &&
    event.at - event.lag <= heldAt
  );
}
