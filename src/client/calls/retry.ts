import { assert } from "../../invariants/mod.ts";
import type { GrpcError } from "../../grpc/mod.ts";
import { requireKnownKeys } from "../../options/mod.ts";
import { PoisonCallDetector } from "./poison_call.ts";
import type { ConnectionEnding } from "../connections/mod.ts";
import type { RetryPolicy, RetryThrottlingConfig } from "./service_config.ts";

/** How an attempt at a call ended without success. */
export interface FailedAttempt {
  /** The error. */
  readonly error: GrpcError;
  /** Whether response headers had come: the call is committed to it. */
  readonly committed: boolean;
  /** How much the server can have seen of it. */
  readonly reach: "unsent" | "refused" | "sent";
  /** How its connection ended with it, if it did. */
  readonly ending?: ConnectionEnding | undefined;
  /** Counts the octets of its headers. */
  readonly headerOctets: () => number;
}

/** What follows from a failed attempt. */
export type RetryDecision =
  /** The call has failed. */
  | { readonly kind: "give-up"; readonly why?: string }
  /** Another attempt, which the server cannot tell from the first. */
  | { readonly kind: "transparent" }
  /** Another attempt after so many milliseconds. */
  | { readonly kind: "retry"; readonly delay: number };

const GIVE_UP: RetryDecision = { kind: "give-up" };
const TRANSPARENT: RetryDecision = { kind: "transparent" };

/** gRFC A6: the server says when to retry, in milliseconds, or not to. */
const PUSHBACK = "grpc-retry-pushback-ms";

/**
 * Stops retries while most calls fail: each failure takes a token, each success
 * gives a part of one back, and retries need more than half of all (gRFC A6).
 */
export class RetryThrottle {
  readonly #maxTokens: number;
  readonly #tokenRatio: number;
  #tokens: number;

  /**
   * Starts with all tokens.
   *
   * @throws {TypeError} If a key is unknown.
   * @throws {RangeError} If a value is not allowed.
   */
  constructor(config: RetryThrottlingConfig) {
    requireKnownKeys("retryThrottling", config, ["maxTokens", "tokenRatio"]);
    const { maxTokens, tokenRatio } = config;
    if (!(Number.isFinite(maxTokens) && maxTokens > 0 && maxTokens <= 1_000)) {
      throw new RangeError(
        `Cannot use retryThrottling.maxTokens: expected a number above 0, up to 1000, received ${maxTokens}`,
      );
    }
    if (!(Number.isFinite(tokenRatio) && tokenRatio > 0)) {
      throw new RangeError(
        `Cannot use retryThrottling.tokenRatio: expected a number above 0, received ${tokenRatio}`,
      );
    }
    this.#maxTokens = maxTokens;
    this.#tokenRatio = tokenRatio;
    this.#tokens = maxTokens;
  }

  /** Whether retries are allowed. */
  get allows(): boolean {
    return this.#tokens > this.#maxTokens / 2;
  }

  /** A call succeeded. */
  succeeded(): void {
    this.#tokens = Math.min(this.#tokens + this.#tokenRatio, this.#maxTokens);
  }

  /** An attempt failed, in a way that asks for a retry or forbids one. */
  failed(): void {
    this.#tokens = Math.max(this.#tokens - 1, 0);
    assert(
      this.#tokens <= this.#maxTokens,
      "there are no more tokens than at first",
      this.#tokens,
    );
  }
}

/** What the retries of all calls of a channel have in common. */
export interface RetrySetup {
  /** Holds them back, if that is wanted. */
  readonly throttle: RetryThrottle | undefined;
  /** Draws a number from 0 to 1. */
  readonly random: () => number;
}

/**
 * Decides whether a call is made again
 * ({@link https://github.com/grpc/proposal/blob/master/A6-client-retries.md | gRFC A6}).
 */
export class RetryState {
  readonly #policy: RetryPolicy | undefined;
  readonly #throttle: RetryThrottle | undefined;
  readonly #random: () => number;
  #poison: PoisonCallDetector | undefined;
  #wasRefused = false;
  #retries = 0;
  #exponent = 0;

  /** Starts with the first attempt. */
  constructor(
    policy: RetryPolicy | undefined,
    throttle: RetryThrottle | undefined,
    random: () => number,
  ) {
    this.#policy = policy;
    this.#throttle = throttle;
    this.#random = random;
  }

  /** Attempts that a server may have seen; for `grpc-previous-rpc-attempts`. */
  get previousAttempts(): number {
    return this.#retries;
  }

  /** The call has succeeded. */
  succeeded(): void {
    this.#throttle?.succeeded();
  }

  /**
   * An attempt has failed. A call with which connections end is not made again
   * without asking; a policy, which bounds the attempts itself, still applies.
   */
  decide(attempt: FailedAttempt): RetryDecision {
    const { committed, reach, ending } = attempt;
    if (committed) return this.#byPolicy(attempt);
    if (reach === "unsent") return TRANSPARENT;
    const why = ending && this.#detector.of(ending, attempt.headerOctets());
    if (why === undefined && reach === "refused") {
      if (ending !== undefined) return TRANSPARENT;
      if (!this.#wasRefused) {
        this.#wasRefused = true;
        return TRANSPARENT;
      }
    }
    const decision = this.#byPolicy(attempt);
    return decision.kind === "give-up" && why !== undefined
      ? { kind: "give-up", why }
      : decision;
  }

  get #detector(): PoisonCallDetector {
    return this.#poison ??= new PoisonCallDetector();
  }

  #byPolicy({ error, committed }: FailedAttempt): RetryDecision {
    const policy = this.#policy;
    if (policy === undefined) return GIVE_UP;
    const pushback = error.metadata.get(PUSHBACK);
    const isRetryable = policy.retryableStatusCodes.has(error.code);
    if (isRetryable || forbids(pushback)) this.#throttle?.failed();
    const isLast = this.#retries + 1 >= policy.maxAttempts;
    const isAllowed = isRetryable && !forbids(pushback) && !isLast &&
      !committed && (this.#throttle?.allows ?? true);
    if (!isAllowed) return GIVE_UP;
    this.#retries++;
    assert(
      this.#retries < policy.maxAttempts,
      "a call is made no more often than its policy allows",
      this.#retries,
    );
    return { kind: "retry", delay: this.#delay(policy, pushback) };
  }

  /** "min(initialBackoff*backoffMultiplier**(n-1), maxBackoff) * random(0.8, 1.2)" */
  #delay(policy: RetryPolicy, pushback: unknown): number {
    if (typeof pushback === "string") {
      this.#exponent = 0;
      return Number(pushback);
    }
    const { initialBackoff, maxBackoff, backoffMultiplier } = policy;
    const grown = initialBackoff * backoffMultiplier ** this.#exponent++;
    return Math.min(grown, maxBackoff) * (0.8 + 0.4 * this.#random());
  }
}

/** A negative pushback, or one that cannot be read, means not to retry. */
function forbids(pushback: unknown): boolean {
  return pushback !== undefined && !/^\d{1,10}$/.test(String(pushback));
}
