/** The two clocks of a transport. Inject others to test in virtual time. */
export interface Clock {
  /** A monotonic clock, in milliseconds of any origin. */
  now(): number;
  /** The wall clock, in milliseconds; only its jumps matter. */
  wall(): number;
}

/** `performance.now()` and `Date.now()`. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
};
