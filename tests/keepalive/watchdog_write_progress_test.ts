import { assertEquals } from "@std/assert";
import { Watchdog } from "../../src/keepalive/mod.ts";

const TIME = 1_000;
const TIMEOUT = 400;

/** A machine whose PING went out at 1000. */
function probing(time = TIME, timeout = TIMEOUT): Watchdog {
  const watchdog = new Watchdog(time, timeout, 0);
  watchdog.advance(time, true);
  return watchdog;
}

/** What a machine does, and when, if nothing more happens. */
function rest(watchdog: Watchdog, needed = true): [number, string][] {
  const log: [number, string][] = [];
  for (let i = 0; i < 20 && watchdog.deadline() < Infinity; i++) {
    const now = watchdog.deadline();
    log.push([now, watchdog.advance(now, needed)]);
    if (log.at(-1)?.[1] === "close") break;
  }
  return log;
}

Deno.test("write progress puts the verdict off to a whole timeout from then", () => {
  const watchdog = probing();
  watchdog.writeProgress(1_250);
  assertEquals(watchdog.state, {
    kind: "probing",
    sentAt: 1_000,
    closeAt: 1_650,
    checkAt: 1_400,
    doubted: false,
  });
  assertEquals(rest(watchdog), [[1_400, "none"], [1_650, "close"]]);
});

Deno.test("the verdict about a PING that is out is put off by so much, and only that", () => {
  const watchdog = probing();
  watchdog.putOff(0);
  watchdog.putOff(250);
  assertEquals(rest(watchdog), [[1_400, "none"], [1_650, "close"]]);
  const waiting = new Watchdog(TIME, TIMEOUT, 0);
  waiting.putOff(250);
  assertEquals(waiting.state, { kind: "waiting" });
});

Deno.test("write progress again and again puts it off for as long, with one PING", () => {
  const watchdog = probing();
  const log: [number, string][] = [];
  for (let now = 1_100; now <= 10_000; now += 100) {
    const instruction = watchdog.advance(now, true);
    if (instruction !== "none") log.push([now, instruction]);
    watchdog.writeProgress(now);
  }
  assertEquals(log, []);
  assertEquals(rest(watchdog).at(-1), [10_400, "close"]);
});

Deno.test("write progress is no read: it does not move the next PING, and a read after it counts from itself", () => {
  const waiting = new Watchdog(TIME, TIMEOUT, 0);
  waiting.writeProgress(900);
  assertEquals(waiting.advance(1_000, true), "ping");
  waiting.writeProgress(1_390);
  waiting.read(1_500);
  assertEquals(waiting.state, { kind: "waiting" });
  assertEquals(waiting.deadline(), 2_500);
});

Deno.test("write progress before the PING is nothing to its verdict", () => {
  const watchdog = new Watchdog(TIME, TIMEOUT, 0);
  watchdog.writeProgress(999);
  watchdog.advance(1_000, true);
  assertEquals(rest(watchdog), [[1_400, "close"]]);
});

Deno.test("write progress never brings the verdict forward", () => {
  const watchdog = probing(TIME, Infinity);
  watchdog.writeProgress(1_100);
  const { state } = watchdog;
  assertEquals(state.kind === "probing" && state.closeAt, Infinity);
});

Deno.test("write progress does not keep a machine awake that is not needed", () => {
  const watchdog = probing();
  watchdog.writeProgress(1_399);
  assertEquals(watchdog.advance(1_400, false), "none");
  assertEquals(watchdog.state.kind, "dormant");
});

Deno.test("write progress after a doubt gives a fresh deadline, which may be doubted anew", () => {
  const watchdog = probing();
  assertEquals(watchdog.advance(1_600, true), "none");
  watchdog.writeProgress(1_605);
  assertEquals(watchdog.advance(1_610, true), "none");
  assertEquals(watchdog.deadline(), 2_005);
  assertEquals(watchdog.advance(2_100, true), "none");
  assertEquals(watchdog.advance(2_110, true), "close");
});

Deno.test("write progress again and again while a late verdict is in doubt never breaks a timeout of some milliseconds", () => {
  const watchdog = probing(TIME, 2);
  assertEquals(watchdog.advance(1_100, true), "none");
  for (const now of [1_101, 1_102, 1_103]) watchdog.writeProgress(now);
  assertEquals(rest(watchdog).at(-1)?.[1], "close");
});
