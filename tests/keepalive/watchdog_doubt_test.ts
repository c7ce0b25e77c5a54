import { assertEquals } from "@std/assert";
import {
  LATE_VERDICT,
  VERDICT_PAUSE,
  Watchdog,
} from "../../src/keepalive/mod.ts";

/** A watchdog whose PING went out at 1000 and is judged at 1400. */
function probing(): Watchdog {
  const watchdog = new Watchdog(1_000, 400, 0);
  watchdog.advance(1_000, true);
  return watchdog;
}

Deno.test("a verdict that comes in time stands", () => {
  assertEquals(probing().advance(1_400, true), "close");
});

Deno.test("a verdict that is late by no more than LATE_VERDICT stands", () => {
  assertEquals(probing().advance(1_400 + LATE_VERDICT, true), "close");
});

Deno.test("a verdict that is later than LATE_VERDICT is put off by VERDICT_PAUSE", () => {
  const watchdog = probing();
  const late = 1_400 + LATE_VERDICT + 0.001;
  assertEquals(watchdog.advance(late, true), "none");
  assertEquals(watchdog.deadline(), late + VERDICT_PAUSE);
  assertEquals(watchdog.state, {
    kind: "probing",
    sentAt: 1_000,
    closeAt: 1_400,
    checkAt: late + VERDICT_PAUSE,
    doubted: true,
  });
});

Deno.test("a read within the pause saves the connection", () => {
  const watchdog = probing();
  watchdog.advance(9_000, true);
  watchdog.read(9_000 + VERDICT_PAUSE);
  assertEquals(watchdog.state, { kind: "waiting" });
  assertEquals(watchdog.advance(9_000 + VERDICT_PAUSE, true), "none");
  assertEquals(watchdog.deadline(), 10_000 + VERDICT_PAUSE);
});

Deno.test("the second look closes, however late it comes itself", () => {
  for (const second of [9_000 + VERDICT_PAUSE, 99_000]) {
    const watchdog = probing();
    assertEquals(watchdog.advance(9_000, true), "none");
    assertEquals(watchdog.advance(second, true), "close");
  }
});

Deno.test("a doubted verdict is not reached before the pause is over", () => {
  const watchdog = probing();
  watchdog.advance(9_000, true);
  assertEquals(watchdog.advance(9_000 + VERDICT_PAUSE - 0.001, true), "none");
  assertEquals(watchdog.state.kind, "probing");
});

Deno.test("each probe has a doubt of its own", () => {
  const watchdog = probing();
  watchdog.advance(9_000, true);
  watchdog.read(9_005);
  assertEquals(watchdog.advance(10_005, true), "ping");
  assertEquals(watchdog.advance(20_000, true), "none");
  assertEquals(watchdog.advance(20_010, true), "close");
});

Deno.test("an intermediate look that skips the verdict is as late as the look was due", () => {
  const watchdog = new Watchdog(1_000, 2_505, 0);
  watchdog.advance(1_000, true);
  assertEquals(watchdog.deadline(), 2_000);
  // 5 ms after the verdict was due, 1510 after the look that was slept over.
  assertEquals(watchdog.advance(3_510, true), "none");
  assertEquals(watchdog.deadline(), 3_510 + VERDICT_PAUSE);
});

Deno.test("a late PING is sent, and its timeout runs from when it was", () => {
  const watchdog = new Watchdog(1_000, 400, 0);
  assertEquals(watchdog.advance(50_000, true), "ping");
  assertEquals(watchdog.deadline(), 50_400);
});

Deno.test("after a suspend, a waiting or probing machine probes afresh with the full timeout", () => {
  const waiting = new Watchdog(1_000, 400, 0);
  assertEquals(waiting.resume(500, true), "ping");
  assertEquals(waiting.deadline(), 900);

  const late = probing();
  assertEquals(late.resume(1_399, true), "ping");
  assertEquals(late.advance(1_400, true), "none");
  assertEquals(late.advance(1_798, true), "none");
  assertEquals(late.advance(1_799, true), "close");
});

Deno.test("after a suspend, a probe may be doubted again", () => {
  const watchdog = probing();
  watchdog.advance(9_000, true);
  watchdog.resume(9_005, true);
  assertEquals(watchdog.advance(9_500, true), "none");
  assertEquals(watchdog.advance(9_510, true), "close");
});

Deno.test("after a suspend, a dormant machine stays dormant and probes when woken", () => {
  const watchdog = new Watchdog(1_000, 400, 0);
  watchdog.advance(1_000, false);
  assertEquals(watchdog.resume(2_000, true), "none");
  assertEquals(watchdog.state, { kind: "dormant" });
  assertEquals(watchdog.wake(3_000), "ping");
  assertEquals(watchdog.deadline(), 3_400);
});

Deno.test("after a suspend, a machine with nothing to keep alive falls dormant", () => {
  const watchdog = probing();
  assertEquals(watchdog.resume(1_200, false), "none");
  assertEquals(watchdog.state, { kind: "dormant" });
});
