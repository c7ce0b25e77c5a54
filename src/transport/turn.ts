import { setImmediate } from "node:timers";

/**
 * Octets that a connection reads and writes before it lets the event loop turn.
 * A socket that is ready answers without a turn, and so would the next: without
 * this bound, one connection that always has something keeps the process from
 * looking at all others.
 */
const SHARE = 65_536;

/** What a step counts at the least, in octets: 32 small ones are a share. */
const STEP = 2_048;

/**
 * Resolves when the event loop has turned: what else is ready has been served.
 *
 * It costs about a microsecond. `setTimeout` would take a millisecond or two,
 * and a `MessageChannel` more than twice as long.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The share of one connection, or of a listener, in a turn of the event loop. */
export class TurnShare {
  #used = 0;

  /** Takes a step of so many octets; answers whether the share is used up. */
  take(octets: number): boolean {
    this.#used += Math.max(octets, STEP);
    if (this.#used < SHARE) return false;
    this.#used = 0;
    return true;
  }
}
