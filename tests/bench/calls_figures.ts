/**
 * What the rounds of a job come to.
 *
 * @module
 */
import type { Measured } from "./calls_process.ts";
import type { Job } from "./calls_programs/jobs.ts";
import type { Figures } from "./calls_table.ts";
import { median } from "./measure.ts";

/** The medians over the rounds. The first figure is the rate. */
export function figuresOf(job: Job, results: readonly Measured[]): Figures {
  const of = (figure: (result: Measured) => number) =>
    median(results.map(figure));
  const cpu = of((result) => result.cpu);
  if (job.kind !== "download" && job.kind !== "upload") {
    return {
      "calls/s": of(({ count, milliseconds }) => count * 1_000 / milliseconds),
      "p50 us": of(({ p50 }) => p50),
      // Older checkouts do not count these.
      "p99 us": of(({ p99 = NaN }) => p99),
      "p99.9 us": of(({ p999 = NaN }) => p999),
      "CPU us/call": cpu,
    };
  }
  const rate = of(({ count, milliseconds }) => count / milliseconds);
  return {
    "1000/s": rate,
    "MB/s": rate * job.size / 1_000,
    "CPU us/message": cpu,
  };
}

/** Long enough for each engine to have compiled what it will. */
export function warmUp(job: Job): Job {
  if ("messages" in job) return { ...job, messages: job.messages >> 3 };
  return "milliseconds" in job ? { ...job, milliseconds: 2_000 } : job;
}
