import { LateMap } from "../../collections/mod.ts";
import type { BackoffOptions } from "./backoff.ts";

/**
 * Connections in a row that may come to nothing before there is a pause. A
 * balancer hands out as many members that drain without an outage.
 */
const FREE = 10;

/** Milliseconds of the first pause, and by what each further one is longer. */
const FIRST_PAUSE = 50;
const GROWTH = 1.6;

/** Milliseconds that a call waits at most for such a pause to be over. */
const LONGEST_WAIT = 5_000;

/** Milliseconds after which a connection has not ended at once. */
const SETTLED = 10_000;

/** Connections in a row that come to nothing until others are tried first. */
const RELEGATED = 2;

/** What tells whether a connection was of use. */
export interface Usefulness {
  /** Whether the server has begun to answer a call. */
  readonly hasAnswered: boolean;
  /** The connection. */
  readonly transport: {
    /** Streams that are open or half-closed. */
    readonly activeStreams: number;
    /** Has the number of the streams that ended well. */
    counters(): { readonly streamsSucceeded: number };
  };
}

/**
 * When the first attempt after a lost connection may begin. It outlives the
 * subchannels of its address.
 *
 * That attempt is spread at random, unless a call waits for it: a server that
 * restarts has lost all its clients at one moment.
 *
 * And it slows down the attempts at an address that takes connections, SETTINGS
 * and all, and retires or closes each before it has answered a call. That is no
 * failure: calls wait, and the first attempts are free.
 */
export class ReconnectThrottle {
  readonly #options: Required<BackoffOptions>;
  readonly #random: () => number;
  readonly #spread: number;
  #spreadUntil = -Infinity;
  #inVain = 0;
  #began = -Infinity;
  #pause = 0;
  #last: Usefulness | undefined;
  #reason = "";

  /**
   * Starts without any.
   *
   * @param options From `resolveBackoff`; its `maxBackoff` and `jitter` hold.
   * @param random Draws a number from 0 to 1.
   * @param spread Milliseconds over which first attempts are spread.
   */
  constructor(
    options: Required<BackoffOptions>,
    random: () => number,
    spread: number = 0,
  ) {
    this.#options = options;
    this.#random = random;
    this.#spread = spread;
  }

  /** Connections in a row that came to nothing. */
  get inVain(): number {
    return this.#inVain;
  }

  /** Whether other addresses are better tried first. */
  get isRelegated(): boolean {
    return this.#inVain >= RELEGATED;
  }

  /** What happened, for people. */
  get reason(): string {
    if (this.#pause === 0) {
      return `clients that lost one server come back within ${this.#spread} ms, and no call waits`;
    }
    return `the last ${this.#inVain} connections ended before they answered a call: ${this.#reason}`;
  }

  /**
   * A connection takes no new calls any more.
   *
   * @param began When the attempt to make it began, in milliseconds.
   * @param now The present time on the same clock.
   */
  ended(
    connection: Usefulness,
    began: number,
    now: number,
    reason: string,
  ): void {
    const isOfUse = hasServed(connection) || now - began >= SETTLED;
    const wasOfUse = this.#last !== undefined && provedUseful(this.#last);
    if (isOfUse) this.reset();
    this.spread(now);
    if (isOfUse) return;
    this.#inVain = wasOfUse ? 1 : this.#inVain + 1;
    this.#last = connection;
    this.#began = began;
    this.#pause = this.#draw();
    this.#reason = reason;
  }

  /** A connection is of no use any more: draws when to make the next. */
  spread(now: number): void {
    if (this.#spread === 0) return;
    this.#spreadUntil = now + this.#random() * this.#spread;
  }

  /**
   * When the next attempt may begin.
   *
   * @param isNeeded Whether a call waits for it.
   */
  notBefore(isNeeded: boolean): number {
    if (isNeeded) return this.#began + Math.min(this.#pause, LONGEST_WAIT);
    return Math.max(this.#began + this.#pause, this.#spreadUntil);
  }

  /** Forgets all. */
  reset(): void {
    this.#inVain = 0;
    this.#began = -Infinity;
    this.#pause = 0;
    this.#last = undefined;
    this.#spreadUntil = -Infinity;
  }

  #draw(): number {
    if (this.#inVain <= FREE) return 0;
    const { maxBackoff, jitter } = this.#options;
    const grown = FIRST_PAUSE * GROWTH ** (this.#inVain - FREE - 1);
    const factor = 1 + jitter * (2 * this.#random() - 1);
    return Math.min(grown, maxBackoff) * factor;
  }
}

/** A stream has succeeded after all, or is still on its way to. */
function provedUseful(connection: Usefulness): boolean {
  return connection.transport.activeStreams > 0 || hasServed(connection);
}

/** A stream of responses may be answered for hours, and never succeed. */
function hasServed({ hasAnswered, transport }: Usefulness): boolean {
  return hasAnswered || transport.counters().streamsSucceeded > 0;
}

/** What the throttles of a channel have in common. */
export interface ThrottleSetup {
  /** From `resolveBackoff`. */
  readonly backoff: Required<BackoffOptions>;
  /** Draws a number from 0 to 1. */
  readonly random: () => number;
  /** Milliseconds over which first attempts are spread. */
  readonly reconnectSpread: number;
}

/** The throttles of the addresses of a channel. */
export class ReconnectThrottles {
  readonly #setup: ThrottleSetup;
  readonly #byAddress = new LateMap<string, ReconnectThrottle>();

  /** Knows of none. */
  constructor(setup: ThrottleSetup) {
    this.#setup = setup;
  }

  /** That of an address. */
  of(address: string): ReconnectThrottle {
    const known = this.#byAddress.get(address);
    if (known !== undefined) return known;
    const { backoff, random, reconnectSpread } = this.#setup;
    const made = new ReconnectThrottle(backoff, random, reconnectSpread);
    this.#byAddress.set(address, made);
    return made;
  }

  /** Forgets those that restrain nothing and are not listed any more. */
  keep(addresses: readonly string[], now: number): void {
    const listed = new Set(addresses);
    for (const address of this.#byAddress.keys()) {
      if (listed.has(address)) continue;
      const isOver = now >= this.of(address).notBefore(false) + SETTLED;
      if (isOver) this.#byAddress.delete(address);
    }
  }
}
