import { display, requireMembers } from "../options/mod.ts";

/** An action that a {@linkcode Clock} was asked to do later. */
export interface PlannedTimer {
  /**
   * Gives it up.
   *
   * @returns Whether it was still to come: `false` once the action has begun,
   * or was given up before.
   */
  cancel(): boolean;
  /** The process stays alive for it, until it is done or given up. */
  ref(): void;
  /** The process may end before it, which is how it begins. */
  unref(): void;
}

/**
 * All time that there is for a connection, a channel or a server: give another
 * one to run them in virtual time.
 *
 * @example A keepalive of ten seconds that takes one
 * ```ts
 * import { type Clock, listen, systemClock } from "@keepalive/grpc/transport";
 *
 * const fast: Clock = {
 *   now: () => 10 * systemClock.now(),
 *   wall: () => systemClock.wall(),
 *   timer: (delay, action) => systemClock.timer(delay / 10, action),
 * };
 * await using listener = listen({
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   clock: fast,
 *   keepalive: { time: 10_000 },
 * });
 * ```
 */
export interface Clock {
  /** A monotonic clock, in milliseconds of any origin. */
  now(): number;
  /** The wall clock, in milliseconds since 1970, as `Date.now()`. */
  wall(): number;
  /**
   * Does something later, once.
   *
   * - It is never done early: `now()` has moved by `delay` at least. A clock may
   *   be late by `slack`, by a little of its own, and by what the process is busy
   *   with.
   * - It is never done within the call, also when the delay is 0 or below, or no
   *   number.
   * - A delay may be of any length; `Infinity` is never, and holds the process
   *   if `ref` says so.
   * - It does not hold the process open, unless `ref` is called.
   * - What the action throws is an uncaught error of the process, and delays no
   *   other timer by more than a turn of the event loop.
   *
   * @param delay Milliseconds.
   * @param slack Milliseconds by which it may be late so that others are done
   * with it; none by default. A clock need not make use of that.
   */
  timer(delay: number, action: () => void, slack?: number): PlannedTimer;
}

/** Who has a timer, as an object: it needs no function of its own. */
export interface Timed {
  /** What was planned is due. */
  onTimer(): void;
}

/**
 * The option `clock`: a clock, or nothing.
 *
 * @throws {TypeError} If it lacks a function.
 * @throws {RangeError} If it does not know what time it is: every deadline that
 * is counted from a time that is no number would be over at once, or never.
 */
export function requireClock(clock: Clock | undefined): void {
  requireMembers("clock", clock, ["now", "wall", "timer"]);
  if (clock === undefined) return;
  for (const name of ["now", "wall"] as const) {
    const time = clock[name]();
    if (Number.isFinite(time)) continue;
    throw new RangeError(
      `Cannot use clock: expected ${name}() to answer with milliseconds, received ${
        display(time)
      }`,
    );
  }
}
