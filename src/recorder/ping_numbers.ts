import { SlidingSketch } from "./sketch.ts";
import type { PingStats } from "../grpc/mod.ts";
import { spreadOf } from "./stats.ts";

/** What one round-trip time weighs in the jitter (RFC 3550 section 6.4.1). */
const JITTER_WEIGHT = 1 / 16;

/** Counts the PINGs of one connection or of many, and what they measure. */
export class PingNumbers {
  readonly #error: number;
  /** Made with the first answer. */
  #rtt: SlidingSketch | undefined;
  #sent = 0;
  #acked = 0;
  #lost = 0;
  #jitter = 0;

  /** Starts with none; `error` is that of the round-trip times. */
  constructor(error: number) {
    this.#error = error;
  }

  /** PINGs that are neither answered nor lost. */
  get out(): number {
    return Math.max(0, this.#sent - this.#acked - this.#lost);
  }

  /** A PING was sent. */
  sent(): void {
    this.#sent++;
  }

  /** A PING was answered. */
  acked(): void {
    this.#acked++;
  }

  /**
   * What a PING of any purpose measured.
   *
   * @param difference To the one before on the same connection; -1 if there was
   * none.
   */
  measured(rtt: number, now: number, difference: number): void {
    this.#rtt ??= new SlidingSketch(this.#error);
    this.#rtt.add(rtt, now);
    if (difference < 0) return;
    this.#jitter += (difference - this.#jitter) * JITTER_WEIGHT;
  }

  /** So many that are out will not be answered. */
  lost(count: number): void {
    this.#lost += count;
  }

  /** All of it as it is now. */
  stats(now: number): PingStats {
    const sent = this.#sent;
    const acked = this.#acked;
    const lost = this.#lost;
    return {
      sent,
      acked,
      lost,
      loss: lost === 0 ? 0 : lost / (acked + lost),
      rtt: this.#rtt && spreadOf(this.#rtt.whole(now)),
      jitter: this.#jitter,
    };
  }
}
