import type { Clock } from "../../runtime/mod.ts";
import { ProcessHold } from "./process_hold.ts";

/** Is told that somebody waits again. */
export interface InterestOwner {
  /** Somebody waits after addresses were given up. */
  onReturn(): void;
}

/**
 * Whether anybody waits for a connection: calls, and those who wait for a state.
 * As long as somebody does, the process is held. Once nobody does, addresses
 * that give no answer are not tried for ever.
 */
export class Interest extends ProcessHold {
  readonly #owner: InterestOwner;
  #hasGivenUp = false;
  #hasRefused = false;

  /**
   * Starts with nobody.
   *
   * @param owner Is told of who waits again after addresses were given up.
   */
  constructor(clock: Clock, owner: InterestOwner) {
    super(clock);
    this.#owner = owner;
  }

  /** Somebody waits; `end` is to follow. */
  override begin(): void {
    super.begin();
    if (!this.#hasGivenUp) return;
    this.#hasGivenUp = false;
    this.#owner.onReturn();
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

  /** There is nothing to be interested in. */
  override rest(): void {
    this.#hasGivenUp = false;
    this.#hasRefused = false;
    super.rest();
  }
}
