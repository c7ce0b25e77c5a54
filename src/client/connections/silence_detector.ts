import { type Clock, Timer } from "../../runtime/mod.ts";
import type { Transport } from "../../transport/mod.ts";

/**
 * Notices that calls get no answer: one has begun, and nothing at all has been
 * read since. A handler that takes its time looks the same; a PING tells.
 */
export class SilenceDetector {
  readonly #transport: Transport;
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #timer: Timer;
  readonly #onSilence: () => void;
  #readBefore: number | undefined;
  #since = 0;

  /**
   * Starts with nothing asked.
   *
   * @param limit Milliseconds; `Infinity` for ever.
   * @param clock The clock of the transport.
   * @param onSilence Is called once for each silence that lasts so long.
   */
  constructor(
    transport: Transport,
    limit: number,
    clock: Clock,
    onSilence: () => void,
  ) {
    this.#transport = transport;
    this.#limit = limit;
    this.#clock = clock;
    this.#timer = new Timer(clock);
    this.#onSilence = onSilence;
  }

  /** A call has begun. Only the first one of a silence costs anything. */
  opened(): void {
    const { lastReadAt } = this.#transport;
    if (lastReadAt === this.#readBefore) return;
    this.#readBefore = lastReadAt;
    this.#since = this.#clock.now();
    this.#timer.planAt(this.#since + this.#limit, this.#expire);
  }

  /** The connection has ended. */
  clear(): void {
    this.#timer.cancel();
  }

  readonly #expire = (): void => {
    const { lastReadAt, activeStreams } = this.#transport;
    if (lastReadAt !== this.#readBefore || activeStreams === 0) return;
    this.#onSilence();
  };
}
