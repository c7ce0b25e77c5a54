import type { Clock } from "../../runtime/mod.ts";
import { type ClockHold, clockHoldOf } from "./clock_hold.ts";

/** Is told that somebody waits again. */
export interface InterestOwner {
  /** Somebody waits after addresses were given up. */
  onReturn(): void;
}

/**
 * Whether anybody waits for a connection: calls, and those who wait for a state.
 * As long as somebody does, the process is held, which sockets and timers of a
 * channel do not; to count costs no timer, as calls may be short and many. Once
 * nobody does, addresses that give no answer are not tried for ever.
 */
export class Interest {
  readonly #owner: InterestOwner;
  readonly #hold: ClockHold;
  #count = 0;
  #isResting = true;
  /** Whether the hold of the clock counts this one. */
  #isAwake = false;
  #hasGivenUp = false;
  #hasRefused = false;

  /**
   * Starts with nobody.
   *
   * @param owner Is told of who waits again after addresses were given up.
   */
  constructor(clock: Clock, owner: InterestOwner) {
    this.#hold = clockHoldOf(clock);
    this.#owner = owner;
  }

  /** Whether somebody waits. */
  get isHeld(): boolean {
    return this.#count > 0;
  }

  /** Somebody waits; `end` is to follow. */
  begin(): void {
    if (this.#count++ === 0) this.#holdProcess();
    if (!this.#hasGivenUp) return;
    this.#hasGivenUp = false;
    this.#owner.onReturn();
  }

  /** Somebody waits no more. */
  end(): void {
    if (--this.#count > 0) return;
    this.#hold.release();
    if (this.#isResting) this.#forget();
  }

  /** Somebody waits for work to be done. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.begin();
    try {
      return await work;
    } finally {
      this.end();
    }
  }

  /** Calls have failed at once, and their callers may try again. */
  refused(): void {
    this.#hasRefused = true;
  }

  /** Whether to go on; those whose calls have failed count once. */
  isConnectionWanted(): boolean {
    const goesOn = this.isHeld || this.#hasRefused;
    this.#hasRefused = false;
    this.#hasGivenUp ||= !goesOn;
    return goesOn;
  }

  /** The channel rests: nothing is left behind, unless somebody still waits. */
  rest(): void {
    this.#hasGivenUp = false;
    this.#hasRefused = false;
    this.#isResting = true;
    if (this.#count === 0) this.#forget();
  }

  #holdProcess(): void {
    this.#isResting = false;
    if (!this.#isAwake) this.#hold.wake();
    this.#isAwake = true;
    this.#hold.hold();
  }

  #forget(): void {
    if (this.#isAwake) this.#hold.rest();
    this.#isAwake = false;
  }
}
