import { setImmediate } from "node:timers";
import type { Clock } from "./clock.ts";
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
 * Milliseconds after which the kernel is asked which sockets are ready, by those
 * who always have something to do.
 */
const UNASKED = 15;

/**
 * Turns in which the runtime (Tokio, with its `event_interval`) asks the kernel
 * at least once, as long as there is something to do in each. With a slice of
 * work in all of them, a call on another connection would wait for 61 slices.
 */
const TURNS_UNASKED = 61;

/** Turns until what the kernel has answered has reached who waits for it. */
const TURNS_ANSWERED = 3;

/** When the event loop is last known to have turned. */
let turnedAt = -Infinity;

/** When the kernel is last known to have been asked. */
let askedAt = -Infinity;

/** The turn that somebody waits for already. */
let coming: Promise<void> | undefined;

/** What waits to be served since the event loop last turned. */
let unserved: (() => void)[] | undefined;

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

/** Does something when the event loop has turned. */
export function afterTurn(action: () => void): void {
  setImmediate(action);
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
      if (systemClock.now() - askedAt < UNASKED) done();
      else askKernel(done);
    });
  });
}

/**
 * Does something when all that has come for this process has been served: after
 * it stood still, timers are served before sockets. By a clock that is not the
 * system's it is done at once, as time stands still meanwhile.
 *
 * After a pause that may be asked for by ten thousand connections at a time: who
 * asks in one turn shares those that are waited for.
 */
export function whenServed(clock: Clock, action: () => void): void {
  if (clock !== systemClock) return action();
  if (unserved !== undefined) return void unserved.push(action);
  const actions = unserved = [action];
  setImmediate(() => {
    unserved = undefined;
    askKernel(() => {
      for (const each of actions) setImmediate(each);
    });
  });
}

/** Turns without work take a microsecond or two each, as there are no others. */
function askKernel(done: () => void): void {
  let left = TURNS_UNASKED + TURNS_ANSWERED;
  const turn = () => {
    if (left-- > 0) return void setImmediate(turn);
    askedAt = systemClock.now();
    done();
  };
  turn();
}

/** Who takes steps, and has to know how long one of them took. */
export interface Stepper {
  /** The last step is done. */
  stepDone(): void;
}

/** What stands for the number of shares when a turn is due. */
const USED_UP = -1;

/** The last turn by a clock that is not the system's. */
interface OwnTurn {
  readonly clock: Clock;
  at: number;
}

/**
 * The share that one connection, or a listener, has in a turn of the event loop:
 * of what it reads, what it writes, or what it accepts.
 */
export class TurnShare {
  /** `undefined` by the clock of the system. */
  readonly #own: OwnTurn | undefined;
  #used = 0;
  /** Whole shares since the last turn. */
  #shares = 0;

  /**
   * Nothing of it is used yet.
   *
   * @param clock The clock of the slices. By one that is not the system's, only
   * turns of this share count, so that the same happens again.
   */
  constructor(clock: Clock = systemClock) {
    if (clock !== systemClock) this.#own = { clock, at: -Infinity };
  }

  /** Whether the share is used up, so that `next` has to follow. */
  get isUsedUp(): boolean {
    return this.#shares === USED_UP;
  }

  /**
   * Takes a step of so many octets. Answers whether the share is used up, so
   * that `next` has to follow.
   */
  take(octets: number): boolean {
    this.#used += Math.max(octets, STEP);
    const shares = Math.floor(this.#used / SHARE);
    if (shares === 0) return false;
    this.#used = 0;
    if (this.isUsedUp) return true;
    const own = this.#own;
    const now = own === undefined ? systemClock.now() : own.clock.now();
    const isEarly = now - (own?.at ?? turnedAt) < SLICE;
    this.#shares += shares;
    if (isEarly && this.#shares < MOST_SHARES) return false;
    if (own !== undefined) own.at = now;
    this.#shares = USED_UP;
    return true;
  }

  /** A turn is due before the next step, however little was taken. */
  useUp(): void {
    this.#used = 0;
    this.#shares = USED_UP;
  }

  /**
   * Waits for the next step, and for a turn if one is due.
   *
   * @param stepper Is told between the two, if it has to wait for a turn.
   */
  next<T>(step: Promise<T>, stepper?: Stepper): Promise<T> {
    if (!this.isUsedUp) return step;
    this.#shares = 0;
    return this.#own === undefined
      ? amongOthers(step, stepper)
      : oneTurn(step, stepper);
  }
}

/** How long the kernel was not asked is no matter of another clock. */
async function oneTurn<T>(step: Promise<T>, stepper?: Stepper): Promise<T> {
  const result = await step;
  stepper?.stepDone();
  await nextTurn();
  return result;
}

/**
 * Waits for a read or a write. One for which the kernel has to be waited for
 * needs no further turn: others were served meanwhile.
 */
async function amongOthers<T>(
  step: Promise<T>,
  stepper?: Stepper,
): Promise<T> {
  let hasTurned = false;
  setImmediate(() => hasTurned = true);
  const result = await step;
  stepper?.stepDone();
  if (hasTurned) turnedAt = askedAt = systemClock.now();
  else await turnForOthers();
  return result;
}
