import {
  type CallOptions,
  type ClientRequest,
  heartbeatOption,
  type HeartbeatParameters,
  Metadata,
  type MethodDefinition,
} from "../../grpc/mod.ts";
import type { Clock } from "../../runtime/mod.ts";
import { earlierDeadline, fixDeadline } from "./call_limits.ts";
import {
  requireCallOptions,
  requireDeadline,
  requireMethod,
} from "./check_call.ts";
import type { CallTracers } from "./call_tracer.ts";
import type { Isolation } from "./isolation.ts";
import type { RequestHeads } from "./request_head.ts";
import { RetryState, RetryThrottle } from "./retry.ts";
import { Call } from "./call.ts";
import type { CallAttemptSetup, CallHost } from "./call_host.ts";
import { MethodTable, type ServiceConfig } from "./service_config.ts";

/** That of the calls that have none; nobody changes it. */
const NO_METADATA = new Metadata();

/** That of the channels without a service config; nobody changes it. */
const NO_METHODS = new MethodTable();

/** Makes the calls of a channel, by the rules of its service config. */
export class CallFactory implements CallHost {
  /** The clock of deadlines and pauses. */
  readonly clock: Clock;
  /** Finds connectors. */
  readonly isolation: Isolation;
  /** Traces calls. */
  readonly tracers: CallTracers;
  readonly #heads: RequestHeads;
  readonly #heartbeat: HeartbeatParameters | undefined;
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
    clock: Clock,
    tracers: CallTracers,
    heartbeat?: HeartbeatParameters,
  ) {
    this.#methods = config === undefined ? NO_METHODS : new MethodTable(config);
    this.#throttle = config?.retryThrottling === undefined
      ? undefined
      : new RetryThrottle(config.retryThrottling);
    this.#random = random;
    this.clock = clock;
    this.isolation = isolation;
    this.tracers = tracers;
    this.#heads = heads;
    this.#heartbeat = heartbeat;
  }

  /** What an attempt at a call is made with. */
  setup(
    request: ClientRequest,
    timeLeft: () => number,
    previousAttempts: number,
  ): CallAttemptSetup {
    const asked = heartbeatOf(request, this.#heartbeat);
    return {
      headers: () =>
        this.#heads.of(request, timeLeft(), previousAttempts, asked),
      timeLeft,
      encoding: request.options.compression ?? "identity",
      maxReceiveLength: request.options.maxReceiveMessageLength,
      onDraining: request.options.onDraining,
      heartbeat: asked,
    };
  }

  /**
   * Checks the options of a call; answers with its metadata.
   *
   * @param isIntercepted Whether somebody may change that.
   * @throws {TypeError | RangeError} If an option cannot be used.
   */
  check(
    method: { readonly path: string },
    options: CallOptions,
    isIntercepted: boolean,
  ): Metadata {
    requireCallOptions(options);
    requireMethod(method);
    const { metadata } = options;
    return metadata === undefined && !isIntercepted
      ? NO_METADATA
      : new Metadata(metadata);
  }

  /**
   * What a call is made of: its deadline begins now.
   *
   * @param isIntercepted Whether it may be made more than once.
   */
  request<Request, Response>(
    method: MethodDefinition<Request, unknown, unknown, Response>,
    messages: ClientRequest["messages"],
    options: CallOptions,
    metadata: Metadata,
    isIntercepted: boolean,
  ): ClientRequest {
    const { deadline } = options;
    const { timeout } = this.#methods.rulesOf(method.path);
    const bounded = timeout === Infinity ? options : {
      ...options,
      deadline: earlierDeadline(this.clock, deadline, timeout),
    };
    return {
      method: method as MethodDefinition<unknown, unknown>,
      metadata,
      messages,
      options: isIntercepted
        ? { ...bounded, deadline: fixDeadline(this.clock, bounded.deadline) }
        : bounded,
    };
  }

  /**
   * Makes a call.
   *
   * @throws {TypeError | RangeError} If an interceptor has set a deadline that
   * cannot be used.
   */
  start(request: ClientRequest): Call {
    requireDeadline(request.options.deadline);
    const { waitForReady, retryPolicy } = this.#methods.rulesOf(
      request.method.path,
    );
    return new Call(this, request, {
      waitForReady: request.options.waitForReady ?? waitForReady ?? false,
      retry: new RetryState(retryPolicy, this.#throttle, this.#random),
    });
  }
}

/** What a call says itself, or a channel of those that stream. */
function heartbeatOf(
  { method, options }: ClientRequest,
  ofChannel: HeartbeatParameters | undefined,
): HeartbeatParameters | undefined {
  if (options.heartbeat !== undefined) {
    return heartbeatOption(options.heartbeat);
  }
  const isStream = method.requestStream || method.responseStream;
  return isStream ? ofChannel : undefined;
}
