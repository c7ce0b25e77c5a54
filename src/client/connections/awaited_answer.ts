import { LATE_VERDICT, VERDICT_PAUSE } from "../../keepalive/mod.ts";
import { type Clock, type Timed, Timer } from "../../runtime/mod.ts";
import { duration } from "../../options/mod.ts";

/** Who waits for the answer to a PING. */
export interface AnswerOwner {
  /** When octets were last read, in milliseconds of the clock. */
  readonly lastReadAt: number;
  /** Something was read meanwhile, though not the answer. */
  onRead(): void;
  /** Nothing was; `since` is when the PING was sent. */
  onUnanswered(since: number, reason: string): void;
  /** Nothing was for a while longer either. */
  release(reason: string): void;
}

/**
 * The answer to a PING, which is awaited for a time. A verdict that comes late is
 * put off once, for the socket to be read.
 */
export class AwaitedAnswer implements Timed {
  readonly #clock: Clock;
  readonly #owner: AnswerOwner;
  readonly #timer: Timer;
  #askedAt = 0;
  #limit = 0;
  #isPutOff = false;
  /** Whether the time is over, and another is granted. */
  #isExtended = false;

  /** Waits for nothing yet. */
  constructor(clock: Clock, owner: AnswerOwner) {
    this.#clock = clock;
    this.#owner = owner;
    this.#timer = new Timer(clock);
  }

  /** A PING was sent: waits so many milliseconds, instead of what was before. */
  expect(limit: number): void {
    this.#askedAt = this.#clock.now();
    this.#limit = limit;
    this.#isPutOff = false;
    this.#isExtended = false;
    this.#timer.planAt(this.#askedAt + limit, this);
  }

  /** Waits on, up to a time. */
  extend(until: number): void {
    this.#isExtended = true;
    this.#timer.planAt(until, this);
  }

  /** It has come, or is of no interest. */
  cancel(): void {
    this.#timer.cancel();
  }

  onTimer(): void {
    const reason = `a PING is unanswered for ${duration(this.#limit)}`;
    if (this.#isExtended) this.#owner.release(`${reason} and longer`);
    else this.#judge(reason);
  }

  #judge(reason: string): void {
    const now = this.#clock.now();
    const isLate = now - this.#askedAt - this.#limit > LATE_VERDICT;
    if (this.#owner.lastReadAt > this.#askedAt) this.#owner.onRead();
    else if (isLate && !this.#isPutOff) {
      this.#isPutOff = true;
      this.#timer.planAt(now + VERDICT_PAUSE, this);
    } else this.#owner.onUnanswered(this.#askedAt, reason);
  }
}
