/** Octets of the largest receive window, as in grpc-go. */
export const MAX_WINDOW_SIZE = 16_777_216;

/** A sample that fills this part of the window shows that it is too small. */
const FULL = 0.66;

/** A probe must be worth its PING: this part of the window has to arrive. */
const WORTH_PROBING = 0.25;

/**
 * Estimates the bandwidth-delay product of the path to this end, which is what
 * a receive window must hold for the sender never to wait (the algorithm of
 * gRPC Core and grpc-go).
 *
 * Between a PING and its acknowledgement lies one round trip; the data that
 * arrives meanwhile is a sample. Any PING will do. One is sent for the purpose
 * only after much data has arrived since the last acknowledgement: the sender
 * has then written DATA since it saw the last PING, and no gRPC server counts
 * the next one as a strike.
 */
export class BdpEstimator {
  #window: number;
  #bandwidth = 0;
  #sinceAck = 0;
  #sample = 0;
  #pingsOut = 0;

  /** Starts with the window in force, in octets. */
  constructor(window: number) {
    this.#window = window;
  }

  /** The window in force, in octets. */
  get window(): number {
    return this.#window;
  }

  /**
   * Data arrived.
   *
   * @returns Whether a PING is worth sending now.
   */
  received(octets: number): boolean {
    if (this.#window >= MAX_WINDOW_SIZE) return false;
    this.#sinceAck += octets;
    if (this.#pingsOut > 0) {
      this.#sample += octets;
      return false;
    }
    return this.#sinceAck >= this.#window * WORTH_PROBING;
  }

  /** A PING was sent, for whatever purpose. */
  pingSent(): void {
    if (this.#pingsOut++ === 0) this.#sample = 0;
  }

  /**
   * A PING was acknowledged.
   *
   * @param rtt Its round-trip time, in milliseconds.
   * @returns The larger window to offer from now on, if it should grow.
   */
  pingAcked(rtt: number): number | undefined {
    if (this.#pingsOut > 0) this.#pingsOut--;
    this.#sinceAck = 0;
    if (this.#pingsOut > 0) return undefined;
    const bandwidth = this.#sample / Math.max(rtt, Number.MIN_VALUE);
    const grows = this.#sample >= FULL * this.#window &&
      bandwidth > this.#bandwidth && this.#window < MAX_WINDOW_SIZE;
    if (!grows) return undefined;
    this.#bandwidth = bandwidth;
    this.#window = Math.min(
      Math.max(2 * this.#sample, this.#window),
      MAX_WINDOW_SIZE,
    );
    return this.#window;
  }
}
