import { assert } from "../invariants/mod.ts";
/** Octets of the largest receive window by default, as in grpc-go. */
export const MAX_WINDOW_SIZE = 16_777_216;

/**
 * A sample that fills this part of the window shows that it is too small. As
 * windows are given back by halves, a sender that waits for them sends more
 * than half of one in each round trip.
 */
const FULL = 0.5;

/** A probe must be worth its PING: this part of the window has to arrive. */
const WORTH_PROBING = 0.25;

/**
 * Milliseconds in which it has to arrive. If data comes more slowly, a whole
 * window lasts four times as long, and no usual path has a longer round trip.
 */
const BURST = 100;

/** Milliseconds that count as no time at all, as clocks are no finer. */
const SHORTEST_ROUND_TRIP = 0.001;

/**
 * Estimates the bandwidth-delay product of the path to this end, which is what
 * a receive window must hold for the sender never to wait (the algorithm of
 * gRPC Core and grpc-go).
 *
 * Between a PING and its acknowledgement lies one round trip; the data that
 * arrives meanwhile is a sample, with what came in the same burst before. Any
 * PING will do. One is sent for the purpose only after much data has arrived
 * since the last acknowledgement, with no PING out: the sender has then written
 * DATA since it saw the last PING, and no gRPC server counts the next one as a
 * strike.
 */
export class BdpEstimator {
  readonly #maxWindow: number;
  #window: number;
  #bandwidth = 0;
  #burst = 0;
  #burstBegan = 0;
  #sample = 0;
  /** The PING that is timed; 0 is none. */
  #timed = 0;
  #pingsOut = 0;

  /** Starts with the window in force and the largest one, in octets. */
  constructor(window: number, maxWindow: number = MAX_WINDOW_SIZE) {
    this.#window = window;
    this.#maxWindow = maxWindow;
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
  received(octets: number, now: number): boolean {
    if (this.#window >= this.#maxWindow) return false;
    if (this.#pingsOut > 0) {
      this.#sample += octets;
      return false;
    }
    if (!this.#isBurst(now)) {
      this.#burst = 0;
      this.#burstBegan = now;
    }
    this.#burst += octets;
    return this.#burst >= this.#window * WORTH_PROBING;
  }

  /** No stream is active: what is to come belongs to another burst. */
  rest(): void {
    this.#burst = 0;
  }

  /** A PING was sent, for whatever purpose. */
  pingSent(id: number, now: number): void {
    this.#pingsOut++;
    if (this.#timed !== 0) return;
    this.#timed = id;
    this.#sample = this.#isBurst(now) ? this.#burst : 0;
  }

  /**
   * A PING was acknowledged.
   *
   * @param rtt Its round-trip time, in milliseconds.
   * @returns The larger window to offer from now on, if it should grow.
   */
  pingAcked(id: number, rtt: number): number | undefined {
    this.#answer();
    this.#burst = 0;
    if (id !== this.#timed) return undefined;
    this.#timed = 0;
    const bandwidth = this.#sample / Math.max(rtt, SHORTEST_ROUND_TRIP);
    const grows = this.#sample > FULL * this.#window &&
      bandwidth > this.#bandwidth && this.#window < this.#maxWindow;
    if (!grows) return undefined;
    this.#bandwidth = bandwidth;
    this.#window = Math.min(2 * this.#sample, this.#maxWindow);
    return this.#window;
  }

  /** A PING is not waited for any more. */
  pingForgotten(id: number): void {
    this.#answer();
    if (id === this.#timed) this.#timed = 0;
  }

  #answer(): void {
    this.#pingsOut--;
    assert(this.#pingsOut >= 0, "each PING is answered once", this.#pingsOut);
  }

  #isBurst(now: number): boolean {
    return this.#burst > 0 && now - this.#burstBegan < BURST;
  }
}
