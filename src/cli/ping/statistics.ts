import { createHistogram } from "node:perf_hooks";

/** How round trips went, in milliseconds. */
export interface Summary {
  readonly sent: number;
  readonly answered: number;
  /** `undefined` if none was answered. */
  readonly rtt?: {
    readonly min: number;
    readonly avg: number;
    readonly max: number;
    readonly stddev: number;
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
  };
}

/** Counts round trips in bounded memory, to three digits. */
export class Statistics {
  readonly #microseconds = createHistogram();
  #sent = 0;

  /** Notes a PING: its round trip in milliseconds, or `undefined` if lost. */
  add(rtt: number | undefined): void {
    this.#sent++;
    if (rtt === undefined) return;
    this.#microseconds.record(Math.max(1, Math.round(rtt * 1_000)));
  }

  /** All so far. */
  summary(): Summary {
    const all = this.#microseconds;
    const counts = { sent: this.#sent, answered: all.count };
    if (all.count === 0) return counts;
    const percentile = (percent: number) => all.percentile(percent) / 1_000;
    return {
      ...counts,
      rtt: {
        min: all.min / 1_000,
        avg: Math.round(all.mean) / 1_000,
        max: all.max / 1_000,
        stddev: Math.round(all.stddev) / 1_000,
        p50: percentile(50),
        p90: percentile(90),
        p99: percentile(99),
      },
    };
  }
}
