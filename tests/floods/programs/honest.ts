import type { Channel } from "../../../mod.ts";
import { Arena } from "./methods.ts";

/** What honest calls have seen. */
export interface Seen {
  /** Calls that were made. */
  readonly calls: number;
  /** Milliseconds that the slowest took. */
  readonly slowest: number;
  /** How the calls failed that did. */
  readonly failures: readonly string[];
}

/** Milliseconds between two calls. */
const PAUSE = 5;

/** Milliseconds after which a call has failed. */
const DEADLINE = 20_000;

/** Makes one call after the other, and notes how long they take. */
export class HonestCalls {
  readonly #channel: Channel;
  #calls = 0;
  #slowest = 0;
  #failures: string[] = [];
  #began = 0;
  #running = true;

  /** Begins. */
  constructor(channel: Channel) {
    this.#channel = channel;
    void this.#run();
  }

  /** What was seen since the last time; a call that still runs counts. */
  take(): Seen {
    const waiting = this.#began === 0 ? 0 : performance.now() - this.#began;
    const seen = {
      calls: this.#calls,
      slowest: Math.max(this.#slowest, waiting),
      failures: this.#failures,
    };
    this.#calls = 0;
    this.#slowest = 0;
    this.#failures = [];
    return seen;
  }

  /** Ends with the call that runs. */
  stop(): void {
    this.#running = false;
  }

  async #run(): Promise<void> {
    const request = new Uint8Array(10);
    while (this.#running) {
      this.#began = performance.now();
      try {
        await this.#channel.unary(Arena.echo, request, { deadline: DEADLINE });
      } catch (error) {
        this.#failures.push(String(error));
      }
      this.#slowest = Math.max(this.#slowest, performance.now() - this.#began);
      this.#began = 0;
      this.#calls++;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
