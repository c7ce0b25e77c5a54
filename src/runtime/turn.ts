import { setImmediate } from "node:timers";
import { systemClock } from "./system_clock.ts";

/**
 * Octets that a connection reads and writes before it looks whether the event
 * loop should turn. A socket that is ready answers without a turn, and so would
 * the next: without this bound, one connection that always has something keeps
 * the process from looking at all others.
 */
const SHARE = 65_536;

/**
 * Milliseconds after a turn before the next is due, for all connections
 * together. A turn takes half as long as 64 KiB of large messages, of which a
 * dozen go in here, and next to nothing beside as many of small frames.
 */
const SLICE = 1;

/** Shares after which the event loop turns in any case. */
const MOST_SHARES = 16;

/**
 * What a step counts at the least, in octets: 256 small ones are a share. One
 * call at a time takes two steps and waits for the loop anyway; it is not to pay
 * for turns that it does not need.
 */
const STEP = 256;

/**
 * Milliseconds of turns after which the kernel is asked which sockets are ready.
 * The runtime itself (Tokio) asks only once in 61 turns while there is something
 * to do in each: a call of another connection would wait as long as 61 slices of
 * all busy ones.
 */
const UNASKED = 5;

/** Takes no time to be hashed. */
const NOTHING = new Uint8Array(0);

/** When the event loop is last known to have turned. */
let turnedAt = -Infinity;

/** When the kernel is last known to have been asked. */
let askedAt = -Infinity;

/** The turn that somebody waits for already. */
let coming: Promise<void> | undefined;

/**
 * Resolves when the event loop has turned.
 *
 * It costs a microsecond in a process that does nothing else, and tens of them
 * beside sockets. `setTimeout` would take a millisecond or two, and a
 * `MessageChannel` more than twice as long.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Resolves when what else is ready has been served, for those who have used up
 * their share. All who wait share a turn, so that none of them keeps the runtime
 * busy while the kernel is asked.
 */
export function turnForOthers(): Promise<void> {
  return coming ??= new Promise((resolve) => {
    const done = () => {
      turnedAt = systemClock.now();
      coming = undefined;
      resolve();
    };
    setImmediate(() => {
      if (systemClock.now() - askedAt < UNASKED) return done();
      void askKernel().then(done);
    });
  });
}

/**
 * Waits for another thread, with nothing to do for ten microseconds: the runtime
 * asks the kernel before it sleeps. Nothing else does that without a permission
 * and in less than a millisecond.
 */
async function askKernel(): Promise<void> {
  await crypto.subtle.digest("SHA-1", NOTHING);
  askedAt = systemClock.now();
}

/** The share of one connection, or of a listener, in a turn of the event loop. */
export class TurnShare {
  #used = 0;
  #shares = 0;

  /** Takes a step of so many octets; answers whether the event loop is to turn. */
  take(octets: number): boolean {
    this.#used += Math.max(octets, STEP);
    if (this.#used < SHARE) return false;
    this.#used = 0;
    const isEarly = systemClock.now() - turnedAt < SLICE;
    if (isEarly && ++this.#shares < MOST_SHARES) return false;
    this.#shares = 0;
    return true;
  }
}
