import { LazyTimer } from "../../runtime/mod.ts";
import type { Transport } from "../../transport/mod.ts";

/**
 * Notices that calls get no answer: one has begun, and nothing at all has been
 * read since. A handler that takes its time looks the same; a PING tells.
 */
export class Unanswered {
  readonly #transport: Transport;
  readonly #patience: number;
  readonly #now: () => number;
  readonly #timer: LazyTimer;
  #readBefore: number | undefined;
  #since = 0;

  /**
   * Starts with nothing asked.
   *
   * @param patience Milliseconds; `Infinity` for ever.
   * @param now The clock of the transport, in milliseconds.
   * @param onSilence Is called once for each silence that lasts so long.
   */
  constructor(
    transport: Transport,
    patience: number,
    now: () => number,
    onSilence: () => void,
  ) {
    this.#transport = transport;
    this.#patience = patience;
    this.#now = now;
    this.#timer = new LazyTimer(now, () => this.#expire(onSilence));
  }

  /** A call has begun. Only the first one of a silence costs anything. */
  opened(): void {
    const { lastReadAt } = this.#transport;
    if (lastReadAt === this.#readBefore) return;
    this.#readBefore = lastReadAt;
    this.#since = this.#now();
    this.#timer.set(this.#since + this.#patience);
  }

  /** The connection has ended. */
  clear(): void {
    this.#timer.clear();
  }

  #expire(onSilence: () => void): void {
    const { lastReadAt, activeStreams } = this.#transport;
    if (lastReadAt !== this.#readBefore || activeStreams === 0) return;
    const until = this.#since + this.#patience;
    if (this.#now() < until) this.#timer.set(until);
    else onSilence();
  }
}
