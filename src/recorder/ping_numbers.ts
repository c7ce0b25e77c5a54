import type { PingStats } from "../grpc/mod.ts";
import type { Sketch } from "./sketch.ts";
import { spreadOf } from "./stats.ts";

/** What one round-trip time weighs in the jitter (RFC 3550 section 6.4.1). */
const JITTER_WEIGHT = 1 / 16;

/** Counts the PINGs of one connection or of many, and how their times differ. */
export class PingNumbers {
  #sent = 0;
  #acked = 0;
  #lost = 0;
  #jitter = 0;

  /** The same numbers, for who goes on to count by itself. */
  copy(): PingNumbers {
    const copy = new PingNumbers();
    copy.#sent = this.#sent;
    copy.#acked = this.#acked;
    copy.#lost = this.#lost;
    copy.#jitter = this.#jitter;
    return copy;
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
   * A PING of any purpose measured a time.
   *
   * @param difference Milliseconds to the one before on the same connection; -1 if
   * there was none.
   */
  measured(difference: number): void {
    if (difference < 0) return;
    this.#jitter += (difference - this.#jitter) * JITTER_WEIGHT;
  }

  /** So many that are out will not be answered. */
  lost(count: number): void {
    this.#lost += count;
  }

  /** All of it as it is now, with the round-trip times that were measured. */
  stats(rtts: Sketch): PingStats {
    const sent = this.#sent;
    const acked = this.#acked;
    const lost = this.#lost;
    return {
      sent,
      acked,
      lost,
      loss: lost === 0 ? 0 : lost / (acked + lost),
      rtt: spreadOf(rtts),
      jitter: this.#jitter,
    };
  }
}
