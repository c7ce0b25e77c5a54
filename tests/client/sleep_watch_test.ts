import { assertEquals } from "@std/assert";
import { sleepWatchOf } from "../../src/client/connections/sleep_watch.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";

/** A clock of a machine that may sleep: the time of day goes on then. */
class SleepyClock extends VirtualClock {
  slept = 0;

  override wall = (): number => this.now() + this.slept;
}

Deno.test("one watch adds up how long the machine slept, for all connections with a clock", () => {
  const clock = new SleepyClock();
  const watch = sleepWatchOf(clock);
  assertEquals(sleepWatchOf(clock) === watch, true);
  assertEquals(sleepWatchOf(new SleepyClock()) === watch, false);
  assertEquals(watch.slept(), 0);
  clock.tick(60_000);
  assertEquals(watch.slept(), 0);
  clock.slept += 30_000;
  assertEquals([watch.slept(), watch.slept()], [30_000, 30_000]);
  // A correction of the time of day is none.
  clock.slept += 1_000;
  assertEquals(watch.slept(), 30_000);
  clock.tick(1_000);
  clock.slept += 5_000;
  assertEquals(watch.slept(), 35_000);
});
