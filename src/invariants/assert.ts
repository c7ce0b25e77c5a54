/**
 * Something that must always hold did not: a fault of this library, never of
 * its peer or its user. Found while a read, a write, a timer or a command of a
 * stream is handled, it is reported with its stack, and the connection ends with
 * INTERNAL_ERROR; found in what a call makes of that, it fails the call.
 */
export class InvariantError extends Error {
  /** Tells it from the errors of others. */
  override readonly name = "InvariantError";
}

/**
 * States what must hold here, whatever a peer or a user does. What they may do
 * wrong is no matter for it: that has an error of its own.
 *
 * @param why What must hold, in words.
 * @param received What is there instead.
 * @throws {InvariantError} If it does not hold.
 */
export function assert(
  condition: boolean,
  why: string,
  received?: number | string,
): asserts condition {
  if (!condition) throw broken(why, received);
}

function broken(why: string, received?: number | string): InvariantError {
  const instead = received === undefined ? "" : `, received ${received}`;
  return new InvariantError(
    `Broken invariant: ${why}${instead}. This is a fault of @keepalive/grpc: please report it`,
  );
}

/** Items that a thorough check may go through for each step that asks. */
const ITEMS_A_STEP = 8;

/**
 * Whether sums and the like are checked, too. It is set once, before anything
 * else runs, by the tests.
 */
let isThorough = false;

/** Items that may be gone through by now. */
let allowance = 0;

/** Turns the checks on that go through many items, or off again. */
export function assertThoroughly(on: boolean): void {
  isThorough = on;
}

/**
 * Whether to make a check that goes through so many items. Never in production;
 * in tests so often that a step costs the same however many items there are.
 */
export function isThoroughFor(items: number): boolean {
  if (!isThorough) return false;
  allowance += ITEMS_A_STEP;
  if (allowance < items) return false;
  allowance = 0;
  return true;
}
