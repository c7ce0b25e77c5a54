import {
  type CallOptions,
  type ClientInterceptor,
  type ClientRequest,
  heartbeatOption,
  type HeartbeatParameters,
  Metadata,
  type MethodDefinition,
} from "../../grpc/mod.ts";
import type { EncodableHeaderField } from "../../hpack/mod.ts";
import type { Clock } from "../../runtime/mod.ts";
import { type CallCounters, zeroCallCounters } from "../connections/mod.ts";
import type { Connector } from "../connector/mod.ts";
import { earlierDeadline, fixDeadline } from "./call_limits.ts";
import {
  requireCallOptions,
  requireDeadline,
  requireMethod,
} from "./check_call.ts";
import { CallTracers } from "./call_tracer.ts";
import { Isolation } from "./isolation.ts";
import { RequestHeads } from "./request_head.ts";
import { RetryThrottle } from "./retry.ts";
import { Call } from "./call.ts";
import type { CallHost } from "./call_host.ts";
import { MethodTable, type ServiceConfig } from "./service_config.ts";

/** That of the calls that have none; nobody changes it. */
const NO_METADATA = new Metadata();

/** How calls are made by the channels that have the same options. */
export interface CallSetup {
  /** The rules of the service config. */
  readonly rules: CallRules;
  /** Draws a number from 0 to 1. */
  readonly random: () => number;
  /** The heartbeats of calls that stream. */
  readonly heartbeat: HeartbeatParameters | undefined;
  /** What is around calls, the first outermost. */
  readonly interceptors: readonly ClientInterceptor[];
}

/** A service config that was checked. */
export interface CallRules {
  /** The rules of methods. */
  readonly methods: MethodTable;
  /** Holds back retries, if that is wanted. */
  readonly throttle: RetryThrottle | undefined;
}

const NO_RULES: CallRules = { methods: new MethodTable(), throttle: undefined };

/**
 * Checks a service config.
 *
 * @throws {TypeError | RangeError} If it cannot be used.
 */
export function callRules(config: ServiceConfig | undefined): CallRules {
  if (config === undefined) return NO_RULES;
  const { retryThrottling } = config;
  return {
    methods: new MethodTable(config),
    throttle: retryThrottling && new RetryThrottle(retryThrottling),
  };
}

/** Makes the calls of a channel, by the rules of its service config. */
export class CallFactory implements CallHost {
  /** Traces calls. */
  readonly tracers: CallTracers;
  /** Finds connectors. */
  readonly isolation: Isolation;
  /** What is counted. */
  readonly counters: CallCounters = zeroCallCounters();
  readonly #clock: Clock;
  readonly #setup: CallSetup;
  readonly #heads: RequestHeads;

  /**
   * Begins with no calls.
   *
   * @param connector Finds connections for all but those that are kept apart.
   * @param setup That of all channels that were made with the same options.
   */
  constructor(connector: Connector, setup: CallSetup) {
    const { tracer, authority } = connector.parts;
    this.#setup = setup;
    this.#clock = tracer.clock;
    this.isolation = new Isolation(connector);
    this.tracers = new CallTracers(tracer, this.counters);
    this.#heads = new RequestHeads(
      tracer.isSecure ? "https" : "http",
      authority,
    );
  }

  /** The clock of deadlines and pauses. */
  get clock(): Clock {
    return this.#clock;
  }

  /** Holds back retries, if that is wanted. */
  get throttle(): RetryThrottle | undefined {
    return this.#setup.rules.throttle;
  }

  /** Draws a number from 0 to 1. */
  get random(): () => number {
    return this.#setup.random;
  }

  /** What a call says itself, or a channel of those that stream. */
  heartbeatOf(
    { method, options }: ClientRequest,
  ): HeartbeatParameters | undefined {
    if (options.heartbeat !== undefined) {
      return heartbeatOption(options.heartbeat);
    }
    const isStream = method.requestStream || method.responseStream;
    return isStream ? this.#setup.heartbeat : undefined;
  }

  /** The request headers of an attempt. */
  headers(
    request: ClientRequest,
    timeLeft: number,
    previousAttempts: number,
    heartbeat: HeartbeatParameters | undefined,
  ): readonly EncodableHeaderField[] {
    return this.#heads.of(request, timeLeft, previousAttempts, heartbeat);
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
    const { timeout } = this.#setup.rules.methods.rulesOf(method.path);
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
    const { methods } = this.#setup.rules;
    return new Call(this, request, methods.rulesOf(request.method.path));
  }
}
