import type { Transport } from "../../transport/mod.ts";

/**
 * PINGs beyond those of keepalive that may be sent between two responses. A
 * server counts those that come too early, forgets them with each response, and
 * by default bears two.
 */
const PINGS_PER_RESPONSE = 2;

/**
 * How many PINGs a server bears beyond those of keepalive. One that has told its
 * policy is sent none that it would count as a strike: the time that it asks for
 * must have passed since the last PING, or a response have come.
 */
export class PingAllowance {
  readonly #transport: Transport;
  #pings = 0;
  #answeredAt = -1;

  /** Begins with what a new connection may send. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The server has answered a call: it bears further PINGs. */
  answered(): void {
    this.#pings = 0;
    this.#answeredAt = this.#transport.lastReadAt;
  }

  /**
   * Whether a PING may be sent now; it counts then.
   *
   * @param isUrgent Whether it is worth a strike.
   */
  take(now: number, isUrgent: boolean): boolean {
    if (this.#pings >= PINGS_PER_RESPONSE) return false;
    if (!isUrgent && this.#isStrike(now)) return false;
    this.#pings++;
    return true;
  }

  /** A response that came before the answer to a PING was sent before it. */
  #isStrike(now: number): boolean {
    const { minTime, lastPing } = this.#transport.policy;
    if (lastPing === undefined || now - lastPing.sentAt >= minTime) {
      return false;
    }
    const { sentAt, rtt = Infinity } = lastPing;
    return this.#answeredAt <= sentAt + rtt;
  }
}
