import { assertEquals } from "@std/assert";
import { Watchdog } from "../../src/keepalive/mod.ts";

/** By how much what a machine does next may be late. */
function slackOf(watchdog: Watchdog): number {
  return watchdog.latest() - watchdog.deadline();
}

/** A machine whose PING is out since `time`. */
function probing(time: number, timeout: number): Watchdog {
  const watchdog = new Watchdog(time, timeout, 0);
  assertEquals(watchdog.advance(time, true), "ping");
  return watchdog;
}

for (
  const [time, slack] of [
    [50, 0.5],
    [1_000, 10],
    [10_000, 100],
    [325_000, 1_000],
    [7_200_000, 1_000],
  ]
) {
  Deno.test(`a PING after ${time} ms may be ${slack} ms late`, () => {
    assertEquals(slackOf(new Watchdog(time, 20_000, 0)), slack);
  });
}

Deno.test("the verdict over a peer that does not answer may not be late", () => {
  const watchdog = probing(10_000, 1_000);
  assertEquals([watchdog.deadline(), watchdog.latest()], [11_000, 11_000]);
});

Deno.test("nor may one that is in doubt", () => {
  const watchdog = probing(10_000, 1_000);
  assertEquals(watchdog.advance(11_500, true), "none");
  assertEquals([watchdog.deadline(), watchdog.latest()], [11_510, 11_510]);
  assertEquals(watchdog.advance(11_510, true), "close");
});

Deno.test("a look at a PING that is out may be late, up to its verdict", () => {
  assertEquals(slackOf(probing(10_000, 20_000)), 100);
  assertEquals(slackOf(probing(10_000, 10_040)), 40);
});

Deno.test("what waits for nothing is never due", () => {
  assertEquals(new Watchdog(Infinity, 1_000, 0).latest(), Infinity);
  const dormant = new Watchdog(1_000, 1_000, 0);
  dormant.advance(1_000, false);
  assertEquals(dormant.latest(), Infinity);
});
