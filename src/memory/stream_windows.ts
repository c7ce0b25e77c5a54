import { assert } from "../invariants/mod.ts";
/**
 * Octets of the first window of a stream
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.9.2 | RFC 9113 section 6.9.2}).
 */
const FIRST_WINDOW = 65_535;

/** Octets that a stream may send without being asked, however many there are. */
const LEAST_WINDOW = 1_024;

/** Streams to reckon with where their number has no limit. */
const MANY_STREAMS = 1_000;

/** The part of the limit that is left for what is pinned in any case. */
const LEAST_PINNED = 1 / 4;

/**
 * The first window of streams: so many may arrive at once as may be open. Small
 * messages must fit in.
 *
 * @param limit What the connection may hold.
 * @param streams Those that may be open; if nobody knows, a thousand.
 */
export function firstWindow(limit: number, streams: number): number {
  const count = streams > 0 && streams < Infinity ? streams : MANY_STREAMS;
  const part = Math.floor(limit / count);
  return Math.min(Math.max(part, LEAST_WINDOW), FIRST_WINDOW);
}

/** What the windows of its streams let the peer of one connection send. */
export class StreamWindows {
  /** The first window of a stream, in octets. */
  first: number = FIRST_WINDOW;
  /** Octets by which windows were made larger than the first. */
  grown = 0;
  readonly #limit: number;
  #receiving = 0;

  /** Starts without streams; `limit` is what the connection may hold. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Calls whose peer may send data have become more, or fewer. */
  receive(change: number): void {
    this.#receiving += change;
    assert(
      this.#receiving >= 0,
      "the number of calls that receive is not negative",
      this.#receiving,
    );
  }

  /** Whether all that they let the peer send fits in. */
  get fitIn(): boolean {
    return this.#octets <= this.#limit;
  }

  /** Octets that may be pinned beside them. */
  get pool(): number {
    return Math.max(this.leastPool, this.#limit - this.#octets);
  }

  /** Octets that may be pinned, however many streams there are. */
  get leastPool(): number {
    return this.#limit * LEAST_PINNED;
  }

  /** Chooses the first window for so many streams. */
  divide(streams: number): number {
    return this.first = firstWindow(this.#limit, streams);
  }

  get #octets(): number {
    return this.#receiving * this.first + this.grown;
  }
}
