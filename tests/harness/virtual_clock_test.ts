import { assertEquals, assertRejects } from "@std/assert";
import { nextTurn } from "../../src/runtime/mod.ts";
import { VirtualClock } from "./virtual_clock.ts";

Deno.test("timers fire when they are due, in order, and each at its time", async () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  for (const [name, delay] of [["c", 30], ["a", 10], ["b", 10], ["0", 0]]) {
    clock.timer(
      delay as number,
      () => fired.push(`${name} ${clock.now()}`),
    );
  }
  assertEquals(fired, []);
  await clock.advance(29);
  assertEquals(fired, ["0 0", "a 10", "b 10"]);
  await clock.advance(1);
  assertEquals(fired.at(-1), "c 30");
});

Deno.test("all that follows from one moment is done before the next, turns of the event loop included", async () => {
  const clock = new VirtualClock();
  const told: string[] = [];
  clock.timer(1, async () => {
    for (let i = 0; i < 5; i++) {
      await nextTurn();
      told.push(`turn ${i} at ${clock.now()}`);
    }
    clock.timer(0, () => told.push(`more at ${clock.now()}`));
  });
  clock.timer(2, () => told.push("next"));
  await clock.advance(5);
  assertEquals(told.length, 7);
  assertEquals(told.slice(-2), ["more at 1", "next"]);
});

Deno.test("a cancelled timer never fires, and one of Infinity does not either", async () => {
  const clock = new VirtualClock();
  let fired = 0;
  const timer = clock.timer(5, () => fired++);
  clock.timer(Infinity, () => fired++);
  assertEquals([timer.cancel(), timer.cancel()], [true, false]);
  await clock.advance(1e12);
  assertEquals([fired, clock.pending], [0, 1]);
});

Deno.test("a timer may fire late, by as much as the test says", () => {
  const clock = new VirtualClock();
  clock.lateness = 7;
  let at = 0;
  clock.timer(10, () => at = clock.now());
  clock.tick(10);
  assertEquals(at, 17);
});

Deno.test("what never settles is an error, and not an endless test", async () => {
  const clock = new VirtualClock();
  let isOver = false;
  const busy = (async () => {
    while (!isOver) {
      await nextTurn();
      clock.now();
    }
  })();
  await assertRejects(() => clock.settle(), Error, "never settles");
  isOver = true;
  await busy;
});
