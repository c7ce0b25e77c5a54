/**
 * Milliseconds by which the wall clock must run ahead of the monotonic one to
 * be taken for a suspend. Corrections of the time of day are smaller.
 */
export const SUSPEND_BOUND = 2_000;

/**
 * Notices that the machine slept: the monotonic clock of most systems stands
 * still meanwhile, the wall clock does not.
 *
 * A wall clock that is set forward looks the same. It costs one PING more.
 */
export class ClockWatch {
  #offset: number | undefined;

  /**
   * Compares the clocks with what they showed at the call before.
   *
   * @param now The monotonic clock, in milliseconds.
   * @param wall The wall clock, in milliseconds.
   * @returns Milliseconds slept since the call before, or 0.
   */
  observe(now: number, wall: number): number {
    const offset = wall - now;
    const slept = sleptSince(this.#offset, offset);
    this.#offset = offset;
    return slept;
  }
}

/**
 * Milliseconds slept, or 0, as the wall clock is ahead of the monotonic one by so
 * much more than it was, if that is known: for who looks for itself, and is one
 * of thousands.
 */
export function sleptSince(before: number | undefined, offset: number): number {
  const jump = offset - (before ?? offset);
  return jump > SUSPEND_BOUND ? jump : 0;
}
