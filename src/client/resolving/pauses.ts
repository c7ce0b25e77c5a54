import { type Clock, Timer } from "../../runtime/mod.ts";
import { Backoff, resolveBackoff } from "../connections/mod.ts";

/**
 * Until a resolver that found nothing that can be used is asked again (gRPC:
 * "exponential backoff"): 1 s, 1.6 s ... 120 s.
 */
const ASK_AGAIN = resolveBackoff();

/**
 * Until a resolver is asked again because connections fail: at once, after
 * 100 ms, 160 ms ... 5 s, up to the next connection. So many addresses that
 * fail one after the other are one reason to look, and so are those that a
 * resolver gives as its answer.
 */
const LOOK_AGAIN = resolveBackoff({ initialBackoff: 100, maxBackoff: 5_000 });

/** How pauses are drawn and passed. */
export interface PauseSetup {
  /** Their clock. */
  readonly clock: Clock;
  /** Draws a number from 0 to 1. */
  readonly random: () => number;
}

/** The pauses between two times that a resolver is asked, after the first. */
export class ResolverPauses {
  readonly #setup: PauseSetup;
  readonly #ask: () => void;
  readonly #timer: Timer;
  readonly #askAgain: Backoff;
  readonly #lookAgain: Backoff;
  /** When it is asked; `undefined` if that is not planned. */
  #asksAt: number | undefined;
  /** When it is asked again at the earliest because connections fail. */
  #looksFrom: number | undefined;

  /** Plans nothing yet; `ask` asks it. */
  constructor(setup: PauseSetup, ask: () => void) {
    const { clock, random } = setup;
    this.#setup = setup;
    this.#ask = ask;
    this.#timer = new Timer(clock);
    this.#askAgain = new Backoff(ASK_AGAIN, random);
    this.#lookAgain = new Backoff(LOOK_AGAIN, random);
  }

  /** Whether it will be asked. */
  get isPlanned(): boolean {
    return this.#asksAt !== undefined;
  }

  /** Connections fail: it is asked as soon as that may be. */
  look(): void {
    const now = this.#setup.clock.now();
    this.#plan(Math.max(this.#looksFrom ?? now, now));
  }

  /** A connection was made: what it found is good. */
  settled(): void {
    this.#lookAgain.reset();
  }

  /** It found something. */
  found(): void {
    this.#askAgain.reset();
  }

  /** It found nothing that can be used: it is asked after a pause. */
  failed(): void {
    const at = this.#setup.clock.now() + this.#askAgain.draw();
    if (!this.isPlanned) this.#askAgain.grow();
    this.#plan(at);
  }

  /** Forgets failures. */
  reset(): void {
    this.#askAgain.reset();
    this.#lookAgain.reset();
    this.#looksFrom = undefined;
  }

  /** It is not asked. */
  cancel(): void {
    this.#timer.cancel();
    this.#asksAt = undefined;
  }

  /** Has it asked at a time, unless it is asked before. */
  #plan(at: number): void {
    if (this.#asksAt !== undefined && at >= this.#asksAt) return;
    this.#asksAt = at;
    const delay = at - this.#setup.clock.now();
    if (delay <= 0) return this.#askNow();
    this.#timer.plan(delay, () => this.#askNow());
  }

  /** An answer that comes at once is none that leads here again at once. */
  #askNow(): void {
    this.cancel();
    this.#looksFrom = this.#setup.clock.now() + this.#lookAgain.draw();
    this.#lookAgain.grow();
    this.#ask();
  }
}
