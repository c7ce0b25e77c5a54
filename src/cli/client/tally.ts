import { createHistogram } from "node:perf_hooks";
import type { CallEvent, SummaryEvent } from "../lines.ts";

/** Counts calls and what they carried, in bounded memory. */
export class Tally {
  readonly #microseconds = createHistogram();
  #began: number | undefined;
  #ended = 0;
  #calls = 0;
  #ok = 0;
  #messages = 0;
  #octets = 0;

  /** How many calls there were so far. */
  get calls(): number {
    return this.#calls;
  }

  /** Whether each call so far was OK. */
  get isFine(): boolean {
    return this.#ok === this.#calls;
  }

  /** Notes how long a call took; in a stream, a message. */
  time(milliseconds: number): void {
    this.#microseconds.record(Math.max(1, Math.round(milliseconds * 1_000)));
  }

  /** Adds a call that has just ended. */
  add({ code, messages, octets, ms }: CallEvent): void {
    this.#ended = performance.now();
    this.#began ??= this.#ended - ms;
    this.#calls++;
    this.#ok += code === 0 ? 1 : 0;
    this.#messages += messages;
    this.#octets += octets;
  }

  /** All calls so far. */
  summary(): SummaryEvent {
    const ms = this.#ended - (this.#began ?? this.#ended);
    return {
      type: "summary",
      calls: this.#calls,
      ok: this.#ok,
      messages: this.#messages,
      octets: this.#octets,
      ms,
      callsPerSecond: perSecond(this.#calls, ms),
      messagesPerSecond: perSecond(this.#messages, ms),
      ...(this.#microseconds.count > 0
        ? { p50: this.#percentile(50), p99: this.#percentile(99) }
        : {}),
    };
  }

  #percentile(percent: number): number {
    return this.#microseconds.percentile(percent) / 1_000;
  }
}

function perSecond(count: number, milliseconds: number): number {
  return milliseconds === 0 ? 0 : count * 1_000 / milliseconds;
}
