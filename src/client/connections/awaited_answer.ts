import { LATE_VERDICT, VERDICT_PAUSE } from "../../keepalive/mod.ts";
import {
  type Clock,
  systemClock,
  type Timed,
  Timer,
} from "../../runtime/mod.ts";
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

/** Answers that are kept for who sends a PING next. */
const MOST_SPARE = 256;

/**
 * Nobody waits with these. Of thousands of connections few have a PING out at a
 * time, and all of them have one every few seconds.
 */
const spares: AwaitedAnswer[] = [];

/** For who owned one that lies among the spares. */
const NOBODY: AnswerOwner = {
  lastReadAt: -1,
  onRead() {},
  onUnanswered() {},
  release() {},
};

/**
 * The answer to a PING, which is awaited for a time. A verdict that comes late is
 * put off once, for the socket to be read.
 */
export class AwaitedAnswer implements Timed {
  readonly #clock: Clock;
  readonly #timer: Timer;
  #owner: AnswerOwner;
  #askedAt = 0;
  #limit = 0;
  #isPutOff = false;
  /** Whether the time is over, and another is granted. */
  #isExtended = false;

  private constructor(clock: Clock, owner: AnswerOwner) {
    this.#clock = clock;
    this.#owner = owner;
    this.#timer = new Timer(clock);
  }

  /** One that waits for nothing yet; `end` is to follow. */
  static of(clock: Clock, owner: AnswerOwner): AwaitedAnswer {
    const spare = clock === systemClock ? spares.pop() : undefined;
    if (spare === undefined) return new AwaitedAnswer(clock, owner);
    spare.#owner = owner;
    return spare;
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

  /** It has come, or is of no interest: whoever asked forgets it. */
  end(): void {
    this.#timer.cancel();
    this.#owner = NOBODY;
    const isKept = this.#clock === systemClock && spares.length < MOST_SPARE;
    if (isKept) spares.push(this);
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
