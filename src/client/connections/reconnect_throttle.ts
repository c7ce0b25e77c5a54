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

/** What was lost, and what follows from that. */
interface Losses {
  /** Until then the next attempt waits, unless a call needs it. */
  spreadUntil: number;
  /** Connections in a row that came to nothing. */
  inVain: number;
  /** When the attempt that made the last of them began. */
  began: number;
  /** Milliseconds from then to the next one. */
  pause: number;
  /** The last of them: it may prove useful yet. */
  last: Usefulness | undefined;
  /** What happened to it, for people. */
  reason: string;
}

const NO_LOSSES: Readonly<Losses> = {
  spreadUntil: -Infinity,
  inVain: 0,
  began: -Infinity,
  pause: 0,
  last: undefined,
  reason: "",
};

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
  /** Made with the first loss. */
  #losses: Losses | undefined;

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
    return this.#losses?.inVain ?? 0;
  }

  /** Whether other addresses are better tried first. */
  get isRelegated(): boolean {
    return this.inVain >= RELEGATED;
  }

  /** What happened, for people. */
  get reason(): string {
    const { inVain, pause, reason } = this.#losses ?? NO_LOSSES;
    if (pause === 0) {
      return `clients that lost one server come back within ${this.#spread} ms, and no call waits`;
    }
    return `the last ${inVain} connections ended before they answered a call: ${reason}`;
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
    const last = this.#losses?.last;
    const wasOfUse = last !== undefined && provedUseful(last);
    if (isOfUse) this.reset();
    this.spread(now);
    if (isOfUse) return;
    const losses = this.#losses ??= { ...NO_LOSSES };
    losses.inVain = wasOfUse ? 1 : losses.inVain + 1;
    losses.last = connection;
    losses.began = began;
    losses.pause = this.#draw(losses.inVain);
    losses.reason = reason;
  }

  /** A connection is of no use any more: draws when to make the next. */
  spread(now: number): void {
    if (this.#spread === 0) return;
    this.#losses ??= { ...NO_LOSSES };
    this.#losses.spreadUntil = now + this.#random() * this.#spread;
  }

  /**
   * When the next attempt may begin.
   *
   * @param isNeeded Whether a call waits for it.
   */
  notBefore(isNeeded: boolean): number {
    const { began, pause, spreadUntil } = this.#losses ?? NO_LOSSES;
    if (isNeeded) return began + Math.min(pause, LONGEST_WAIT);
    return Math.max(began + pause, spreadUntil);
  }

  /** Forgets all. */
  reset(): void {
    this.#losses = undefined;
  }

  #draw(inVain: number): number {
    if (inVain <= FREE) return 0;
    const { maxBackoff, jitter } = this.#options;
    const grown = FIRST_PAUSE * GROWTH ** (inVain - FREE - 1);
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

/** The throttles of the addresses of a channel: of those that lost a connection. */
export class ReconnectThrottles {
  readonly #setup: ThrottleSetup;
  /** There as long as there is one. */
  #byAddress: Map<string, ReconnectThrottle> | undefined;

  /** Knows of none. */
  constructor(setup: ThrottleSetup) {
    this.#setup = setup;
  }

  /** That of an address, unless nothing restrains attempts at it. */
  known(address: string): ReconnectThrottle | undefined {
    return this.#byAddress?.get(address);
  }

  /** That of an address, which is made if there is none. */
  of(address: string): ReconnectThrottle {
    const known = this.known(address);
    if (known !== undefined) return known;
    const { backoff, random, reconnectSpread } = this.#setup;
    const made = new ReconnectThrottle(backoff, random, reconnectSpread);
    this.#byAddress ??= new Map();
    this.#byAddress.set(address, made);
    return made;
  }

  /** Forgets those that restrain nothing and are not listed any more. */
  keep(addresses: readonly string[], now: number): void {
    if (this.#byAddress === undefined) return;
    const listed = new Set(addresses);
    for (const [address, throttle] of this.#byAddress) {
      if (listed.has(address)) continue;
      const isOver = now >= throttle.notBefore(false) + SETTLED;
      if (isOver) this.#byAddress.delete(address);
    }
    if (this.#byAddress.size === 0) this.#byAddress = undefined;
  }
}
