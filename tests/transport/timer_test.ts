import { assertEquals } from "@std/assert";
import { Timer } from "../../src/runtime/mod.ts";
import { VirtualClock } from "../harness/virtual_clock.ts";

const DAY = 86_400_000;

/** More than `setTimeout` can wait for. */
const LONG = 2 ** 31 + 7;

/** A timer in virtual time that begins at 0, and what it did. */
class Fixture {
  readonly clock = new VirtualClock();
  readonly fired: number[] = [];
  readonly timer: Timer;

  constructor(slack?: number) {
    const lenient = slack === undefined ? undefined : { slack };
    this.timer = new Timer(this.clock, false, lenient);
  }

  /** The delays that the clock was asked for. */
  get armed(): number[] {
    return this.clock.planned;
  }

  plan(delay: number): void {
    this.timer.plan(delay, () => this.fired.push(this.clock.now()));
  }

  set(at: number): void {
    this.timer.planAt(at, () => this.fired.push(this.clock.now()));
  }

  tick(milliseconds: number): void {
    this.clock.tick(milliseconds);
  }
}

for (const delay of [0, 1, 5_000, LONG, 3 * LONG]) {
  Deno.test(`a timer of ${delay} ms fires once, after that time and not before`, () => {
    const fixture = new Fixture();
    fixture.plan(delay);
    if (delay > 0) fixture.tick(delay - 1);
    assertEquals(fixture.fired, []);
    fixture.tick(1);
    fixture.tick(4 * LONG);
    assertEquals(fixture.fired, [delay]);
  });
}

Deno.test("a delay that has passed is none", () => {
  const fixture = new Fixture();
  fixture.plan(-5);
  assertEquals(fixture.fired, []);
  fixture.tick(0);
  assertEquals(fixture.fired, [0]);
});

Deno.test("a timer of Infinity never fires, and replaces what was planned", () => {
  const fixture = new Fixture();
  fixture.plan(10);
  fixture.plan(Infinity);
  fixture.tick(10 * LONG);
  assertEquals(fixture.fired, []);
});

Deno.test("a new plan replaces the old one", () => {
  const fixture = new Fixture();
  fixture.plan(10);
  fixture.plan(20);
  fixture.tick(100);
  assertEquals(fixture.fired, [20]);
  fixture.plan(5);
  fixture.tick(100);
  assertEquals(fixture.fired, [20, 105]);
});

Deno.test("of two plans the action of the second is done", () => {
  const clock = new VirtualClock();
  const timer = new Timer(clock);
  const done: string[] = [];
  timer.plan(10, () => done.push("first"));
  timer.plan(20, () => done.push("second"));
  clock.tick(100);
  assertEquals(done, ["second"]);
});

Deno.test("a cancelled timer never fires, and can be planned again", () => {
  const fixture = new Fixture();
  fixture.plan(10);
  fixture.timer.cancel();
  fixture.timer.cancel();
  fixture.tick(100);
  fixture.plan(LONG);
  fixture.tick(LONG - 500);
  fixture.timer.cancel();
  fixture.tick(LONG);
  assertEquals([fixture.fired, fixture.clock.pending], [[], 0]);
  fixture.plan(5);
  fixture.tick(5);
  assertEquals(fixture.fired.length, 1);
});

Deno.test("a deadline between two milliseconds is not met early", () => {
  const fixture = new Fixture();
  fixture.set(99.25);
  fixture.tick(99);
  assertEquals(fixture.fired, []);
  fixture.tick(1);
  assertEquals(fixture.fired, [99.25]);
});

Deno.test("what rounding leaves of a deadline is waited for, a millisecond at a time", () => {
  const clock = new VirtualClock(0.1);
  const timer = new Timer(clock);
  const fired: number[] = [];
  for (let i = 0; i < 100; i++) {
    const at = clock.now() + i + 0.7;
    timer.planAt(at, () => fired.push(clock.now() - at));
    clock.tick(i + 3);
  }
  assertEquals(fired.length, 100);
  assertEquals(fired.every((late) => late >= 0 && late <= 1), true);
});

Deno.test("a deadline that moves to later arms nothing until the timer of the clock fires", () => {
  const fixture = new Fixture();
  for (let at = 100; at <= 1_100; at++) fixture.set(at);
  assertEquals(fixture.armed, [100]);
  fixture.tick(100);
  assertEquals([fixture.armed, fixture.fired], [[100, 1_000], []]);
  fixture.tick(1_000);
  assertEquals(fixture.fired, [1_100]);
});

Deno.test("a deadline that moves to earlier is met", () => {
  const fixture = new Fixture();
  fixture.set(1_000);
  fixture.set(10);
  fixture.tick(1_000);
  assertEquals(fixture.fired, [10]);
});

Deno.test("a deadline in the past is met at once, but not within the call", () => {
  const fixture = new Fixture();
  fixture.tick(50);
  fixture.set(20);
  assertEquals(fixture.fired, []);
  fixture.tick(0);
  assertEquals(fixture.fired, [50]);
});

Deno.test("without a deadline no timer is armed", () => {
  const fixture = new Fixture();
  fixture.set(Infinity);
  assertEquals(fixture.armed, []);
});

Deno.test("a deadline that is taken back is not met", () => {
  for (const takeBack of ["set", "cancel"]) {
    const fixture = new Fixture();
    fixture.set(100);
    if (takeBack === "set") fixture.set(Infinity);
    else fixture.timer.cancel();
    fixture.tick(DAY);
    assertEquals([fixture.fired, fixture.clock.pending], [[], 0]);
  }
});

Deno.test("an action may plan the timer again", () => {
  const clock = new VirtualClock();
  const timer = new Timer(clock);
  const fired: number[] = [];
  const again = () => {
    fired.push(clock.now());
    if (fired.length < 3) timer.plan(10, again);
  };
  timer.plan(10, again);
  clock.tick(DAY);
  assertEquals([fired, clock.pending], [[10, 20, 30], 0]);
});

Deno.test("a time that moves within the slack leaves the timer of the clock alone", () => {
  const fixture = new Fixture(10);
  fixture.clock.usesSlack = true;
  fixture.set(1_000);
  fixture.set(1_004);
  assertEquals(fixture.armed, [1_000]);
  fixture.tick(1_009);
  assertEquals(fixture.fired, []);
  fixture.tick(1);
  assertEquals(fixture.fired, [1_010]);
});

Deno.test("what is due before the timer fires at the latest sets it anew", () => {
  const fixture = new Fixture(10);
  fixture.clock.usesSlack = true;
  fixture.set(1_000);
  fixture.set(999);
  assertEquals(fixture.armed, [1_000, 999]);
  fixture.tick(1_009);
  assertEquals(fixture.fired, [1_009]);
});
