import {
  display,
  durationOption,
  requireKnownKeys,
} from "../../options/mod.ts";
import { type Clock, systemClock, Timer } from "../../runtime/mod.ts";

/** Is told what a resolver finds. */
export interface ResolverListener {
  /**
   * The addresses from now on, each `host:port`, `[ipv6]:port` or `unix:path`.
   * Connections to addresses that are gone finish their calls. An empty list
   * is an error, as in {@linkcode ResolverListener.onError}. Ten changes take
   * effect at once, and then ten a second, the latest of them.
   */
  onAddresses(addresses: readonly string[]): void;
  /**
   * No addresses could be found; those known so far stay in use. `refresh`
   * follows after 1 s, 1.6 s ... 120 s, until some are found.
   */
  onError(error: Error): void;
}

/**
 * Finds the addresses behind a name, and keeps watching them, for one channel.
 * What its functions throw is an error of the name, or is reported as an
 * uncaught one of the process. For Kubernetes,
 * Consul and the like, write one; {@linkcode pollingResolver} makes one of a
 * function.
 */
export interface Resolver {
  /**
   * Begins; the listener is told now or later, and as often as needed.
   *
   * @param clock The clock of the channel, for one that waits or polls.
   */
  start(listener: ResolverListener, clock?: Clock): void;
  /**
   * A connection was lost or could not be made: look again, soon. Many losses
   * in a row are told at growing intervals, of 100 ms to 5 s.
   */
  refresh(): void;
  /** Ends; it may be started again. */
  stop(): void;
}

/** Options of {@linkcode pollingResolver}. */
export interface PollingOptions {
  /**
   * Milliseconds between two lookups, at least, however often connections
   * fail.
   *
   * @default {30_000}
   */
  minInterval?: number;
  /**
   * Milliseconds from a lookup that failed to the next one.
   *
   * @default {1_000}
   */
  retryInterval?: number;
}

/**
 * Makes a resolver of a function that looks addresses up: once at the start,
 * and again when a connection is lost.
 *
 * @example A name that a registry of your own knows
 * ```ts
 * import { Channel, pollingResolver } from "@keepalive/grpc";
 *
 * const registry = new Map([["orders", ["10.0.0.7:50051", "10.0.0.8:50051"]]]);
 * await using channel = new Channel("registry:///orders", {
 *   resolver: pollingResolver(() => Promise.resolve(registry.get("orders") ?? [])),
 *   loadBalancing: "round_robin",
 * });
 * console.log(channel.state); // IDLE
 * ```
 *
 * @param lookup Resolves to the addresses; gives up when `signal` is aborted.
 * @throws {TypeError} If an option is unknown.
 * @throws {RangeError} If the value of an option is not allowed.
 */
export function pollingResolver(
  lookup: (signal: AbortSignal) => Promise<readonly string[]>,
  options: PollingOptions = {},
): Resolver {
  if (typeof lookup !== "function") {
    throw new TypeError(
      `Cannot use lookup: expected a function that resolves to addresses, received ${
        display(lookup)
      }`,
    );
  }
  requireKnownKeys("the polling options", options, [
    "minInterval",
    "retryInterval",
  ]);
  return new PollingResolver(lookup, {
    minInterval: durationOption("minInterval", options.minInterval, 30_000, {
      minimum: 0,
      finite: true,
    }),
    retryInterval: durationOption(
      "retryInterval",
      options.retryInterval,
      1_000,
      {
        finite: true,
      },
    ),
  });
}

/** That of the last list that was asked for. */
let lastFixed: FixedResolver | undefined;

/** A resolver of addresses that never change: one list has one for all channels. */
export function fixedResolver(addresses: readonly string[]): Resolver {
  if (lastFixed?.addresses !== addresses) {
    lastFixed = new FixedResolver(addresses);
  }
  return lastFixed;
}

class FixedResolver implements Resolver {
  readonly addresses: readonly string[];

  constructor(addresses: readonly string[]) {
    this.addresses = addresses;
  }

  start(listener: ResolverListener): void {
    listener.onAddresses(this.addresses);
  }

  refresh(): void {}

  stop(): void {}
}

class PollingResolver implements Resolver {
  readonly #lookup: (signal: AbortSignal) => Promise<readonly string[]>;
  readonly #options: Required<PollingOptions>;
  #listener: ResolverListener | undefined;
  #running: AbortController | undefined;
  #timer: Timer | undefined;
  #isResting = false;
  #isWanted = false;

  constructor(
    lookup: (signal: AbortSignal) => Promise<readonly string[]>,
    options: Required<PollingOptions>,
  ) {
    this.#lookup = lookup;
    this.#options = options;
  }

  start(listener: ResolverListener, clock: Clock = systemClock): void {
    if (this.#listener !== undefined) {
      throw new TypeError(
        "Cannot start a resolver twice: it serves one channel, make one for each",
      );
    }
    this.#listener = listener;
    this.#timer = new Timer(clock);
    void this.#look();
  }

  refresh(): void {
    if (this.#listener === undefined) return;
    this.#isWanted = true;
    if (this.#running === undefined && !this.#isResting) void this.#look();
  }

  stop(): void {
    this.#listener = undefined;
    this.#running?.abort();
    this.#running = undefined;
    this.#isResting = false;
    this.#timer?.cancel();
  }

  async #look(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#isWanted = false;
    let rest = this.#options.minInterval;
    try {
      const addresses = await this.#lookup(running.signal);
      if (running.signal.aborted) return;
      if (addresses.length === 0) throw new Error("it has no addresses");
      this.#listener?.onAddresses(addresses);
    } catch (error) {
      if (running.signal.aborted) return;
      rest = this.#options.retryInterval;
      this.#isWanted = true;
      this.#listener?.onError(
        error instanceof Error ? error : new Error(String(error)),
      );
    }
    if (this.#running !== running) return;
    this.#running = undefined;
    this.#rest(rest);
  }

  #rest(milliseconds: number): void {
    this.#isResting = true;
    this.#timer?.plan(milliseconds, () => {
      this.#isResting = false;
      if (this.#isWanted) void this.#look();
    });
  }
}
