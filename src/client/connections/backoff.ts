import { assert } from "../../invariants/mod.ts";
import {
  durationOption,
  refusal,
  requireOptionKeys,
} from "../../options/mod.ts";

/**
 * How long to wait between attempts to connect:
 * {@link https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md | gRPC's connection backoff},
 * under the names of its specification.
 */
export interface BackoffOptions {
  /**
   * Milliseconds from the beginning of the first attempt that fails to that of
   * the next one.
   *
   * Equivalent to `GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS`, grpc-go
   * `backoff.Config.BaseDelay`.
   *
   * @default {1_000}
   */
  initialBackoff?: number;
  /**
   * The longest such time in milliseconds, before jitter.
   *
   * Equivalent to `GRPC_ARG_MAX_RECONNECT_BACKOFF_MS`, grpc-go
   * `backoff.Config.MaxDelay`.
   *
   * @default {120_000}
   */
  maxBackoff?: number;
  /**
   * By what the time grows with each failure; at least 1.
   *
   * Equivalent to grpc-go `backoff.Config.Multiplier`; a constant in gRPC Core
   * and grpc-java.
   *
   * @default {1.6}
   */
  backoffMultiplier?: number;
  /**
   * The part by which each time is made shorter or longer at random, from 0 to
   * 1, so that clients that lost one server do not come back at one moment.
   *
   * Equivalent to grpc-go `backoff.Config.Jitter`; a constant in gRPC Core and
   * grpc-java.
   *
   * @default {0.2}
   */
  jitter?: number;
}

/** The keys of {@linkcode BackoffOptions}. */
export const BACKOFF_KEYS: readonly string[] = [
  "initialBackoff",
  "maxBackoff",
  "backoffMultiplier",
  "jitter",
];

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} If a key is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function resolveBackoff(
  options?: BackoffOptions,
): Required<BackoffOptions> {
  return options === undefined ? DEFAULTS : checked(options);
}

function checked(options: BackoffOptions): Required<BackoffOptions> {
  requireOptionKeys("the backoff options", options, BACKOFF_KEYS);
  const { initialBackoff, maxBackoff, backoffMultiplier = 1.6, jitter = 0.2 } =
    options;
  if (!(Number.isFinite(backoffMultiplier) && backoffMultiplier >= 1)) {
    throw refusal(
      "backoff.backoffMultiplier",
      "a finite number of at least 1",
      backoffMultiplier,
      "number",
    );
  }
  if (!(Number.isFinite(jitter) && jitter >= 0 && jitter <= 1)) {
    throw refusal("backoff.jitter", "a number from 0 to 1", jitter, "number");
  }
  const initial = durationOption(
    "backoff.initialBackoff",
    initialBackoff,
    1_000,
  );
  const most = durationOption(
    "backoff.maxBackoff",
    maxBackoff,
    Math.max(120_000, initial),
  );
  if (most < initial) {
    throw new RangeError(
      `Cannot use backoff.maxBackoff: expected at least initialBackoff, which is ${initial} ms, received ${most}`,
    );
  }
  return {
    initialBackoff: initial,
    maxBackoff: most,
    backoffMultiplier,
    jitter,
  };
}

/** One for all that have no others; nobody changes it. */
const DEFAULTS = checked({});

/**
 * Draws the milliseconds from an attempt that may fail to the next one.
 *
 * @param options From `resolveBackoff`.
 * @param failures Those in a row before it.
 * @param random Draws a number from 0 to 1.
 */
export function drawBackoff(
  options: Required<BackoffOptions>,
  failures: number,
  random: () => number,
): number {
  const { initialBackoff, maxBackoff, backoffMultiplier, jitter } = options;
  const grown = initialBackoff * backoffMultiplier ** failures;
  if (grown === Infinity && maxBackoff === Infinity) return Infinity;
  const factor = 1 + jitter * (2 * random() - 1);
  const pause = Math.min(grown, maxBackoff) * factor;
  assert(pause >= 0, "a backoff is not negative", pause);
  return pause;
}

/** Part of a backoff that is all of it, as timers are not exact. */
const WHOLE = 0.9;

/** Whether an attempt that took some milliseconds took all of its backoff. */
export function isWhole(taken: number, backoff: number): boolean {
  return taken >= WHOLE * backoff;
}

/**
 * The times between attempts
 * ({@link https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md | connection backoff}): 1 s, 1.6 s, 2.56 s ... 120 s by default, each
 * with jitter. In contrast to grpc-go, that includes the first one.
 */
export class Backoff {
  readonly #options: Required<BackoffOptions>;
  readonly #random: () => number;
  #failures = 0;

  /**
   * Starts with no failures.
   *
   * @param options From `resolveBackoff`.
   * @param random Draws a number from 0 to 1.
   */
  constructor(options: Required<BackoffOptions>, random: () => number) {
    this.#options = options;
    this.#random = random;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** Draws the milliseconds from an attempt that may fail to the next one. */
  draw(): number {
    return drawBackoff(this.#options, this.#failures, this.#random);
  }

  /** An attempt failed. */
  grow(): void {
    this.#failures++;
  }

  /** A connection proved good, or somebody knows better. */
  reset(): void {
    this.#failures = 0;
  }
}
