import {
  CALL_KEYS,
  type CallOptions,
  DEFAULT_MAX_RECEIVE_LENGTH,
  encodingOption,
  Metadata,
  type MethodDefinition,
} from "../../grpc/mod.ts";
import {
  booleanOption,
  integerOption,
  requireFunction,
  requireKnownKeys,
  requireSignal,
} from "../../options/mod.ts";
import { earlierDeadline, fixDeadline } from "./call_limits.ts";
import type { ClientRequest } from "./interceptor.ts";
import type { Isolation } from "./isolation.ts";
import type { RequestHeads } from "./request_head.ts";
import { RetryState, RetryThrottle } from "./retry.ts";
import { Call, type CallHost } from "./call.ts";
import { MethodTable, type ServiceConfig } from "./service_config.ts";

/** Makes the calls of a channel, by the rules of its service config. */
export class CallFactory {
  readonly #host: CallHost;
  readonly #methods: MethodTable;
  readonly #throttle: RetryThrottle | undefined;
  readonly #random: () => number;

  /**
   * Checks the service config.
   *
   * @throws {TypeError | RangeError} If it cannot be used.
   */
  constructor(
    isolation: Isolation,
    heads: RequestHeads,
    config: ServiceConfig | undefined,
    random: () => number,
  ) {
    this.#methods = new MethodTable(config);
    this.#throttle = config?.retryThrottling === undefined
      ? undefined
      : new RetryThrottle(config.retryThrottling);
    this.#random = random;
    this.#host = {
      isolation,
      setup: (request, timeLeft, previousAttempts) => ({
        headers: () => heads.of(request, timeLeft(), previousAttempts),
        encoding: request.options.compression ?? "identity",
        maxReceiveLength: request.options.maxReceiveMessageLength,
      }),
    };
  }

  /**
   * Checks what a call is made of.
   *
   * @param isIntercepted Whether it may be made more than once.
   * @throws {TypeError | RangeError} If an option cannot be used.
   */
  request<Request, Response>(
    method: MethodDefinition<Request, Response>,
    messages: ClientRequest["messages"],
    options: CallOptions,
    isIntercepted: boolean,
  ): ClientRequest {
    requireKnownKeys("the call options", options, CALL_KEYS);
    const { maxReceiveMessageLength, waitForReady, deadline } = options;
    requireMethod(method);
    requireSignal(options.signal);
    requireFunction("onHeaders", options.onHeaders);
    requireFunction("onTrailers", options.onTrailers);
    encodingOption(options.compression);
    booleanOption("waitForReady", waitForReady, false);
    integerOption(
      "maxReceiveMessageLength",
      maxReceiveMessageLength,
      DEFAULT_MAX_RECEIVE_LENGTH,
      0,
    );
    const { timeout } = this.#methods.rulesOf(method.path);
    const bounded = timeout === Infinity
      ? options
      : { ...options, deadline: earlierDeadline(deadline, timeout) };
    return {
      method: method as MethodDefinition<unknown, unknown>,
      metadata: new Metadata(options.metadata),
      messages,
      options: isIntercepted
        ? { ...bounded, deadline: fixDeadline(bounded.deadline) }
        : bounded,
    };
  }

  /** Makes a call. */
  start(request: ClientRequest): Call {
    const { waitForReady, retryPolicy } = this.#methods.rulesOf(
      request.method.path,
    );
    return new Call(this.#host, request, {
      waitForReady: request.options.waitForReady ?? waitForReady ?? false,
      retry: new RetryState(retryPolicy, this.#throttle, this.#random),
    });
  }
}

/** "Path → "/" Service-Name "/" {method name}": no white space, no controls. */
// deno-lint-ignore no-control-regex
const PATH = /^\/[^\x00-\x20\x7f]*$/;

/**
 * Generated code has the shape of grpc-js; by hand, things get forgotten. And
 * a path may come from outside: servers refuse, or misread, a line break in it.
 */
function requireMethod(method: { readonly path: string }): void {
  if (typeof method?.path === "string" && PATH.test(method.path)) return;
  throw new TypeError(
    `Cannot call a method: expected a definition with a path such as "/echo.Echo/Unary", received ${
      JSON.stringify(method?.path)
    }`,
  );
}
