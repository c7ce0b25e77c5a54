import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { LazyTimer } from "../../src/runtime/mod.ts";

const DAY = 86_400_000;

/** A timer in virtual time that begins at 0, and what it did. */
class Fixture implements Disposable {
  readonly #time = new FakeTime(0);
  readonly fired: number[] = [];
  /** The delays that `setTimeout` was called with. */
  readonly armed: number[] = [];
  readonly timer: LazyTimer;
  /** The deadline that is set again when the timer fires. */
  deadline = Infinity;
  readonly #setTimeout = globalThis.setTimeout;

  constructor() {
    globalThis.setTimeout = ((callback: () => void, delay: number) => {
      this.armed.push(delay);
      return this.#setTimeout(callback, delay);
    }) as typeof setTimeout;
    const now = () => this.#time.now;
    this.timer = new LazyTimer(now, () => {
      this.fired.push(now());
      if (this.deadline > now()) this.timer.set(this.deadline);
    });
  }

  set(deadline: number): void {
    this.deadline = deadline;
    this.timer.set(deadline);
  }

  tick(milliseconds: number): void {
    this.#time.tick(milliseconds);
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#setTimeout;
    this.#time[Symbol.dispose]();
  }
}

Deno.test("a timer fires at its deadline, once", () => {
  using fixture = new Fixture();
  fixture.set(100);
  fixture.tick(99);
  assertEquals(fixture.fired, []);
  fixture.tick(1);
  fixture.tick(DAY);
  assertEquals(fixture.fired, [100]);
});

Deno.test("a deadline between two milliseconds is not met early", () => {
  using fixture = new Fixture();
  fixture.set(99.25);
  assertEquals(fixture.armed, [100]);
});

Deno.test("a deadline that moves to later arms nothing until the timer fires", () => {
  using fixture = new Fixture();
  for (let at = 100; at <= 1_100; at++) fixture.set(at);
  assertEquals(fixture.armed, [100]);
  fixture.tick(100);
  assertEquals(fixture.armed, [100, 1_000]);
  fixture.tick(1_000);
  assertEquals(fixture.fired, [100, 1_100]);
});

Deno.test("a deadline that moves to earlier is met", () => {
  using fixture = new Fixture();
  fixture.set(1_000);
  fixture.set(10);
  fixture.tick(1_000);
  assertEquals(fixture.fired, [10]);
});

Deno.test("a deadline in the past is met at once, but not within the call", () => {
  using fixture = new Fixture();
  fixture.tick(50);
  fixture.set(20);
  assertEquals(fixture.fired, []);
  assertEquals(fixture.armed, [0]);
  fixture.tick(0);
  assertEquals(fixture.fired, [50]);
});

Deno.test("without a deadline no timer is armed", () => {
  using fixture = new Fixture();
  fixture.set(Infinity);
  assertEquals(fixture.armed, []);
});

Deno.test("a deadline that is taken back is not met", () => {
  for (const takeBack of ["set", "clear"]) {
    using fixture = new Fixture();
    fixture.set(100);
    if (takeBack === "set") fixture.timer.set(Infinity);
    else fixture.timer.clear();
    fixture.tick(DAY);
    assertEquals(fixture.fired, []);
  }
});

Deno.test("a deadline beyond what setTimeout takes does not fire at once", () => {
  using fixture = new Fixture();
  const longest = 2 ** 31 - 1;
  fixture.set(30 * DAY);
  assertEquals(fixture.armed, [longest]);
  fixture.tick(longest);
  fixture.tick(30 * DAY - longest);
  assertEquals(fixture.fired, [longest, 30 * DAY]);
});

Deno.test("a cleared timer can be set again", () => {
  using fixture = new Fixture();
  fixture.set(100);
  fixture.timer.clear();
  fixture.set(200);
  fixture.tick(200);
  assertEquals(fixture.fired, [200]);
});
