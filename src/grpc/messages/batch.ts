import type { Clock } from "../../runtime/mod.ts";

/** Messages of a batch at the most; as many small ones as a frame has. */
const MOST_MESSAGES = 512;

/**
 * Milliseconds that a batch takes before it is sent, about: who makes messages
 * slowly has each of them sent by itself.
 */
const SLICE = 0.5;

/**
 * The messages that a stream sends before its output leaves and others have
 * their turn: a batch ends after so many, or so much time. The clock is looked
 * at after the first message and when they have become twice as many, so that
 * no message waits for longer than the batch had taken before, and the slice.
 */
export class Batch {
  readonly #clock: Clock;
  #messages = 0;
  #nextLook = 1;
  #beganAt: number;

  /** Begins with no message. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beganAt = clock.now();
  }

  /** A message was sent; answers whether the batch is to leave. */
  add(): boolean {
    if (++this.#messages < this.#nextLook) return false;
    const isOver = this.#messages >= MOST_MESSAGES ||
      this.#clock.now() - this.#beganAt >= SLICE;
    this.#nextLook = Math.min(2 * this.#nextLook, MOST_MESSAGES);
    return isOver;
  }

  /** What was sent has left: the next batch begins. */
  renew(): void {
    this.#messages = 0;
    this.#nextLook = 1;
    this.#beganAt = this.#clock.now();
  }
}
