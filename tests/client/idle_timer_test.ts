import { CLOCK, newTime } from "../harness/virtual_clock.ts";
import { assertEquals } from "@std/assert";
import { IdleTimer } from "../../src/client/connector/idle_timer.ts";

const TIMEOUT = 1_000;

/** A started timer in virtual time, and when it told of idleness. */
class Idleness {
  readonly time = newTime();
  readonly idleAt: number[] = [];
  readonly timer: IdleTimer;

  constructor(timeout = TIMEOUT) {
    this.timer = new IdleTimer({
      parts: { setup: { idleTimeout: timeout, clock: CLOCK } },
      onIdle: () => this.idleAt.push(CLOCK.now()),
    });
    this.timer.start();
  }

  /** A call that takes some time. */
  call(duration: number): void {
    this.timer.begin();
    this.time.tick(duration);
    this.timer.end();
  }
}

Deno.test("Row 108 CI-basic: without a call, a channel is idle after the timeout, and told so once", () => {
  const idle = new Idleness();
  idle.time.tick(TIMEOUT - 1);
  assertEquals(idle.idleAt, []);
  idle.time.tick(10 * TIMEOUT);
  assertEquals(idle.idleAt, [TIMEOUT]);
});

Deno.test("Row 108 CI-basic: a running call keeps the channel from idleness, however long", () => {
  const idle = new Idleness();
  idle.timer.begin();
  idle.time.tick(100 * TIMEOUT);
  assertEquals(idle.idleAt, []);
});

Deno.test("Row 108 CI-basic: the timeout counts from the end of the last call", () => {
  const idle = new Idleness();
  idle.time.tick(200);
  idle.call(100);
  idle.time.tick(TIMEOUT - 1);
  assertEquals(idle.idleAt, []);
  idle.time.tick(1);
  assertEquals(idle.idleAt, [300 + TIMEOUT]);
});

Deno.test("Row 108 CI-basic: a call that outlives the timeout is followed by a whole one", () => {
  const idle = new Idleness();
  idle.call(2.5 * TIMEOUT);
  idle.time.tick(TIMEOUT - 1);
  assertEquals(idle.idleAt, []);
  idle.time.tick(1);
  assertEquals(idle.idleAt, [3.5 * TIMEOUT]);
});

Deno.test("Row 108 CI-basic: of several calls the last to end counts", () => {
  const idle = new Idleness();
  idle.timer.begin();
  idle.timer.begin();
  idle.timer.end();
  idle.time.tick(3 * TIMEOUT);
  assertEquals(idle.idleAt, []);
  idle.timer.end();
  idle.time.tick(TIMEOUT);
  assertEquals(idle.idleAt, [4 * TIMEOUT]);
});

Deno.test("Row 108 CI-basic: frequent calls keep the channel from idleness", () => {
  const idle = new Idleness();
  for (let i = 0; i < 50; i++) {
    idle.time.tick(0.9 * TIMEOUT);
    idle.call(1);
  }
  assertEquals(idle.idleAt, []);
});

Deno.test("Row 108 CI-basic: with a timeout of Infinity a channel is never idle", () => {
  const idle = new Idleness(Infinity);
  idle.call(10);
  idle.time.tick(2 ** 31);
  assertEquals(idle.idleAt, []);
});

Deno.test("a timeout of more than setTimeout can wait for is kept", () => {
  const idle = new Idleness(2 ** 32);
  idle.time.tick(2 ** 32 - 1);
  assertEquals(idle.idleAt, []);
  idle.time.tick(1);
  assertEquals(idle.idleAt, [2 ** 32]);
});

Deno.test("Row 109 CI-exit: a channel that leaves idleness has a whole timeout", () => {
  const idle = new Idleness();
  idle.time.tick(TIMEOUT);
  idle.time.tick(300);
  idle.timer.start();
  idle.time.tick(TIMEOUT - 1);
  assertEquals(idle.idleAt, [TIMEOUT]);
  idle.time.tick(1);
  assertEquals(idle.idleAt, [TIMEOUT, 2 * TIMEOUT + 300]);
});

Deno.test("Row 109 CI-exit: a call that begins in the moment of the timeout prevents it", () => {
  const idle = new Idleness();
  idle.time.tick(TIMEOUT - 1);
  idle.timer.begin();
  idle.time.tick(1);
  assertEquals(idle.idleAt, []);
});

Deno.test("a stopped timer tells nothing, also of calls that end later", () => {
  const idle = new Idleness();
  idle.timer.begin();
  idle.timer.stop();
  idle.timer.end();
  idle.time.tick(10 * TIMEOUT);
  assertEquals(idle.idleAt, []);
});
