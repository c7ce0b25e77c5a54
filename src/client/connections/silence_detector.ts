import { type Clock, type Timed, Timer } from "../../runtime/mod.ts";
import type { Transport } from "../../transport/mod.ts";

/** Is told of silences. */
export interface SilenceOwner {
  /** A silence has lasted too long; once for each. */
  onSilence(): void;
}

/**
 * Notices that calls get no answer: one has begun, and nothing at all has been
 * read since. A handler that takes its time looks the same; a PING tells.
 */
export class SilenceDetector implements Timed {
  readonly #transport: Transport;
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #timer: Timer;
  readonly #owner: SilenceOwner;
  #readBefore: number | undefined;
  #since = 0;

  /**
   * Starts with nothing asked.
   *
   * @param limit Milliseconds; `Infinity` for ever.
   * @param clock The clock of the transport.
   * @param owner Is told once of each silence that lasts so long.
   */
  constructor(
    transport: Transport,
    limit: number,
    clock: Clock,
    owner: SilenceOwner,
  ) {
    this.#transport = transport;
    this.#limit = limit;
    this.#clock = clock;
    this.#timer = new Timer(clock);
    this.#owner = owner;
  }

  /** A call has begun. Only the first one of a silence costs anything. */
  opened(): void {
    const { lastReadAt } = this.#transport;
    if (lastReadAt === this.#readBefore) return;
    this.#readBefore = lastReadAt;
    this.#since = this.#clock.now();
    this.#timer.planAt(this.#since + this.#limit, this);
  }

  /** The connection has ended. */
  clear(): void {
    this.#timer.cancel();
  }

  onTimer(): void {
    const { lastReadAt, activeStreams } = this.#transport;
    if (lastReadAt !== this.#readBefore || activeStreams === 0) return;
    this.#owner.onSilence();
  }
}

/**
 * How long the answer to a PING may take until a call without one is held
 * against the connection, and not against a slow handler.
 */
const DOUBT = { milliseconds: 100, roundTrips: 4 };

/** The same for a connection whose last round trip took so many milliseconds. */
export function doubtAfter(lastRtt: number): number {
  return Math.max(DOUBT.milliseconds, DOUBT.roundTrips * lastRtt);
}
