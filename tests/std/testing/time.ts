/**
 * `FakeTime` of `@std/testing/time` 1.x on the clock of `@sinonjs/fake-timers`.
 * It fakes the same globals: `Date`, the four timer functions and
 * `AbortSignal.timeout`, but neither `performance.now()` nor microtasks.
 * Documented at https://jsr.io/@std/testing/doc/time.
 *
 * @module
 */
import { setTimeout as realDelay } from "node:timers/promises";
import { withGlobal } from "@sinonjs/fake-timers";

// Without a `setTimeout` to imitate, timer ids are numbers, as they are in @std.
const { createClock } = withGlobal({ Date });
type Clock = ReturnType<typeof createClock>;
type Callback = (...args: unknown[]) => void;

const realGlobals = {
  Date,
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
};
const realAbortSignalTimeout = AbortSignal.timeout;

function installReal(): void {
  Object.assign(globalThis, realGlobals);
  AbortSignal.timeout = realAbortSignalTimeout;
}

function installFake(clock: Clock): void {
  const setTimeout = (callback: Callback, ms = 0, ...args: unknown[]) => {
    // In a tick the clock makes a delay of 0 one millisecond, @std does not.
    clock.duringTick = false;
    return clock.setTimeout(callback, ms, ...args);
  };
  const setInterval = (callback: Callback, ms = 0, ...args: unknown[]) =>
    clock.setInterval(callback, Math.max(1, ms), ...args);
  const { Date, clearTimeout, clearInterval } = clock;
  Object.assign(globalThis, {
    Date,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
  });
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    const reason = new DOMException("Signal timed out.", "TimeoutError");
    setTimeout(() => controller.abort(reason), ms);
    return controller.signal;
  };
}

export class TimeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TimeError";
  }
}

export class FakeTime {
  static #current: FakeTime | undefined;
  readonly #start: number;
  readonly #clock: Clock;

  constructor(start?: number | string | Date | null) {
    if (FakeTime.#current) {
      throw new TimeError("Cannot construct FakeTime: time is already faked");
    }
    this.#start = new Date(start ?? Date.now()).getTime();
    if (Number.isNaN(this.#start)) {
      throw new TypeError(
        `Cannot construct FakeTime: invalid start time ${start}`,
      );
    }
    this.#clock = createClock(this.#start);
    installFake(this.#clock);
    FakeTime.#current = this;
  }

  static restore(): void {
    if (!FakeTime.#current) {
      throw new TimeError("Cannot restore time: time is already restored");
    }
    FakeTime.#current = undefined;
    installReal();
  }

  static async restoreFor<T>(
    // deno-lint-ignore no-explicit-any
    callback: (...args: any[]) => Promise<T> | T,
    // deno-lint-ignore no-explicit-any
    ...args: any[]
  ): Promise<T> {
    const time = FakeTime.#current;
    if (!time) throw new TimeError("Cannot restore time: time is not faked");
    installReal();
    try {
      const result = callback(...args);
      return result instanceof Promise ? await result : result;
    } finally {
      installFake(time.#clock);
    }
  }

  get start(): number {
    return this.#start;
  }

  get now(): number {
    return this.#clock.now;
  }

  set now(value: number) {
    if (value < this.now) {
      throw new RangeError(
        `Cannot set current time in the past, time must be >= ${this.now}: received ${value}`,
      );
    }
    this.#clock.tick(value - this.now);
  }

  async delay(
    ms: number,
    options: { signal?: AbortSignal } = {},
  ): Promise<void> {
    await realDelay(ms, undefined, options);
  }

  async runMicrotasks(): Promise<void> {
    await this.delay(0);
  }

  tick(ms = 0): void {
    this.now += ms;
  }

  async tickAsync(ms = 0): Promise<void> {
    await this.runMicrotasks();
    this.tick(ms);
  }

  next(): boolean {
    if (this.#clock.countTimers() === 0) return false;
    this.#clock.next();
    this.tick();
    return true;
  }

  async nextAsync(): Promise<boolean> {
    await this.runMicrotasks();
    return this.next();
  }

  runAll(): void {
    while (this.next());
  }

  async runAllAsync(): Promise<void> {
    while (await this.nextAsync());
  }

  restore(): void {
    FakeTime.restore();
  }

  [Symbol.dispose](): void {
    this.restore();
  }
}
