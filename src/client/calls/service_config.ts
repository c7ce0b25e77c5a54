import { LateMap } from "../../collections/mod.ts";
import { Status } from "../../grpc/mod.ts";
import { booleanOption, refusal, requireKnownKeys } from "../../options/mod.ts";
import { parseSeconds } from "./seconds.ts";

/**
 * When a failed call is made again, until response headers have come
 * ({@link https://github.com/grpc/proposal/blob/master/A6-client-retries.md#retry-policy | gRFC A6, retry policy}).
 */
export interface RetryPolicyConfig {
  /** Attempts in all, the first included; 2 or more. More than 5 count as 5. */
  readonly maxAttempts: number;
  /** The pause before the first retry, such as `"0.1s"`. */
  readonly initialBackoff: string;
  /** The longest pause, such as `"1s"`. */
  readonly maxBackoff: string;
  /** By what the pause grows with each retry. */
  readonly backoffMultiplier: number;
  /** The status codes after which to retry, as names or numbers. */
  readonly retryableStatusCodes: readonly (string | number)[];
}

/** What holds for the calls of some methods. */
export interface MethodConfig {
  /** The methods. */
  readonly name: readonly {
    /** The service, such as `echo.Echo`; without it, all services. */
    readonly service?: string;
    /** The method, such as `Unary`; without it, all methods of the service. */
    readonly method?: string;
  }[];
  /** Whether calls wait for a connection while attempts to make one fail. */
  readonly waitForReady?: boolean;
  /** The longest time for a call, such as `"1.5s"`. */
  readonly timeout?: string;
  /** When a failed call is made again. */
  readonly retryPolicy?: RetryPolicyConfig;
}

/**
 * Stops retries while most calls fail
 * ({@link https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs | gRFC A6, throttling}).
 */
export interface RetryThrottlingConfig {
  /** Tokens at the start, and at most; above 0, up to 1000. */
  readonly maxTokens: number;
  /** What a call that succeeds gives back; one that fails takes 1. */
  readonly tokenRatio: number;
}

/**
 * What holds for the calls of a channel: gRPC's
 * {@link https://github.com/grpc/grpc/blob/master/doc/service_config.md | service config},
 * in its JSON shape. Durations are seconds with an `s`.
 */
export interface ServiceConfig {
  /** By methods; the most specific name wins. */
  readonly methodConfig?: readonly MethodConfig[];
  /** Stops retries while most calls fail. */
  readonly retryThrottling?: RetryThrottlingConfig;
}

/** A retry policy, checked. Times are milliseconds. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly initialBackoff: number;
  readonly maxBackoff: number;
  readonly backoffMultiplier: number;
  readonly retryableStatusCodes: ReadonlySet<number>;
}

/** What holds for the calls of a method, checked. */
export interface MethodRules {
  readonly waitForReady: boolean | undefined;
  /** Milliseconds; `Infinity` for none. */
  readonly timeout: number;
  readonly retryPolicy: RetryPolicy | undefined;
}

/** gRFC A6: "maxAttempts ... Values greater than 5 are treated as 5". */
const MOST_ATTEMPTS = 5;

const NO_RULES: MethodRules = {
  waitForReady: undefined,
  timeout: Infinity,
  retryPolicy: undefined,
};

/** The rules of a service config, by path. */
export class MethodTable {
  readonly #byName = new LateMap<string, MethodRules>();

  /**
   * Checks the config.
   *
   * @throws {TypeError} If a key is unknown, or two configs have a name in
   * common.
   * @throws {RangeError} If a value is not allowed.
   */
  constructor(config: ServiceConfig = {}) {
    requireKnownKeys("the service config", config, [
      "methodConfig",
      "retryThrottling",
    ]);
    const { methodConfig = [] } = config;
    requireList("the methodConfig of the service config", methodConfig);
    for (const each of methodConfig) this.#add(each);
  }

  /** The rules for a path such as `/echo.Echo/Unary`. */
  rulesOf(path: string): MethodRules {
    if (this.#byName.size === 0) return NO_RULES;
    const service = path.slice(1, path.lastIndexOf("/"));
    return this.#byName.get(path) ?? this.#byName.get(`/${service}/`) ??
      this.#byName.get("//") ?? NO_RULES;
  }

  #add(config: MethodConfig): void {
    requireKnownKeys("the method config", config, [
      "name",
      "waitForReady",
      "timeout",
      "retryPolicy",
    ]);
    requireList("the name of a method config", config.name);
    const rules = {
      waitForReady: config.waitForReady === undefined
        ? undefined
        : booleanOption(
          "methodConfig.waitForReady",
          config.waitForReady,
          false,
        ),
      timeout: config.timeout === undefined
        ? Infinity
        : parseSeconds("methodConfig.timeout", config.timeout),
      retryPolicy: config.retryPolicy === undefined
        ? undefined
        : checkRetryPolicy(config.retryPolicy),
    };
    for (const name of config.name) {
      const key = keyOf(name);
      if (this.#byName.has(key)) {
        throw new TypeError(
          `Cannot use the service config: the name ${key} is there twice`,
        );
      }
      this.#byName.set(key, rules);
    }
  }
}

function requireList(owner: string, value: unknown): void {
  if (Array.isArray(value)) return;
  throw new TypeError(
    `Cannot use ${owner}: expected an array, received ${typeof value}`,
  );
}

function keyOf(name: MethodConfig["name"][number]): string {
  requireKnownKeys("the method name", name, ["service", "method"]);
  const { service = "", method = "" } = name;
  if (service === "" && method !== "") {
    throw new TypeError(
      `Cannot use the method name "${method}": it needs a service`,
    );
  }
  return `/${service}/${method}`;
}

function checkRetryPolicy(config: RetryPolicyConfig): RetryPolicy {
  requireKnownKeys("the retry policy", config, [
    "maxAttempts",
    "initialBackoff",
    "maxBackoff",
    "backoffMultiplier",
    "retryableStatusCodes",
  ]);
  const { maxAttempts, backoffMultiplier, retryableStatusCodes } = config;
  if (!Number.isInteger(maxAttempts) || maxAttempts < 2) {
    throw refusal(
      "retryPolicy.maxAttempts",
      "an integer of at least 2",
      maxAttempts,
      "number",
    );
  }
  if (!(Number.isFinite(backoffMultiplier) && backoffMultiplier > 0)) {
    throw refusal(
      "retryPolicy.backoffMultiplier",
      "a finite number above 0",
      backoffMultiplier,
      "number",
    );
  }
  requireList("retryPolicy.retryableStatusCodes", retryableStatusCodes);
  if (retryableStatusCodes.length === 0) {
    throw new RangeError(
      "Cannot use retryPolicy.retryableStatusCodes: expected at least one, such as UNAVAILABLE",
    );
  }
  return {
    maxAttempts: Math.min(maxAttempts, MOST_ATTEMPTS),
    initialBackoff: positive("initialBackoff", config.initialBackoff),
    maxBackoff: positive("maxBackoff", config.maxBackoff),
    backoffMultiplier,
    retryableStatusCodes: new Set(retryableStatusCodes.map(codeOf)),
  };
}

function positive(name: string, text: string): number {
  const value = parseSeconds(`retryPolicy.${name}`, text);
  if (value > 0) return value;
  throw new RangeError(
    `Cannot use retryPolicy.${name}: expected more than 0, received "${text}"`,
  );
}

function codeOf(code: string | number): number {
  const known = typeof code === "number"
    ? Object.values<number>(Status).find((each) => each === code)
    : new Map<string, number>(Object.entries(Status)).get(
      String(code).toUpperCase(),
    );
  if (known !== undefined && known !== Status.OK) return known;
  throw new RangeError(
    `Cannot use retryPolicy.retryableStatusCodes: expected names such as UNAVAILABLE or numbers from 1 to 16, received ${code}`,
  );
}
