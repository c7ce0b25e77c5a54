import type {
  CallEvent,
  ClientInterceptor,
  Metadata,
  Observer,
  ServerInterceptor,
} from "../grpc/mod.ts";
import { INSTRUMENTATION, serverAttributes } from "../metrics/mod.ts";
import { display, requireKnownKeys, requireMembers } from "../options/mod.ts";
import { type Clock, requireClock, systemClock } from "../runtime/mod.ts";
import {
  type ContextManager,
  type Propagator,
  PROPAGATOR_MEMBERS,
  registeredApi,
  type Tracer,
  type TracerProvider,
  withoutSpan,
  withSpan,
} from "./api.ts";
import { AttemptSpans } from "./attempt_spans.ts";
import {
  callAttributes,
  endClientSpan,
  endServerSpan,
  methodName,
  OK,
  outcomeOf,
  peerAttributes,
  SpanKind,
} from "./describe.ts";
import { inContext } from "./in_context.ts";

/** With what {@linkcode otelTracing} traces. */
export interface TracingOptions {
  /**
   * Makes the tracer, such as the provider of `@opentelemetry/sdk-trace-node`.
   * By default the one that is registered in the process: in Deno with the
   * environment variable `OTEL_DENO=true`, elsewhere by an SDK before this is
   * called.
   */
  readonly tracerProvider?: TracerProvider;
  /**
   * Carries the trace in the metadata of calls.
   *
   * @default {the one that is registered}
   */
  readonly propagator?: Propagator;
  /**
   * Tells what time it is: the clock of the channel, if that has one.
   *
   * @default {systemClock}
   */
  readonly clock?: Clock;
}

/** Traces the calls of channels and servers. */
export interface Tracing {
  /**
   * The interceptor of a channel, the last of its `interceptors`.
   *
   * @param target What the channel leads to.
   */
  client(target: string | readonly string[]): ClientInterceptor;
  /** The interceptor of a server, the first of its `interceptors`. */
  readonly server: ServerInterceptor;
  /**
   * An observer of the channel, for the address of the server that took a call,
   * and a span of each attempt at one that is tried more than once; without it
   * there are none of those. `joinObservers` of
   * `@keepalive/grpc/observe` has it watch beside others.
   */
  readonly observer: Observer;
}

const OPTION_KEYS = ["tracerProvider", "propagator", "clock"];

/**
 * Traces calls with OpenTelemetry, by its semantic conventions for RPC: a span
 * for each call at each end, one trace across both, and the span of a call is the
 * active one in its handler. Nothing is imported: the API is taken from where
 * Deno, or an SDK, has registered it. If none has, calls go on untraced.
 *
 * @example With `OTEL_DENO=true`, to the collector of the environment
 * ```ts
 * import { Channel, Health, serve } from "@keepalive/grpc";
 * import { otelTracing } from "@keepalive/grpc/tracing";
 *
 * const tracing = otelTracing();
 * await using server = serve(
 *   { hostname: "127.0.0.1", port: 0, interceptors: [tracing.server] },
 *   [new Health({}).service],
 * );
 * const target = "localhost:50051";
 * await using channel = new Channel(target, {
 *   interceptors: [tracing.client(target)],
 *   observer: tracing.observer,
 * });
 * ```
 *
 * @throws {TypeError} If an option has a wrong type, or is none.
 */
export function otelTracing(options: TracingOptions = {}): Tracing {
  requireKnownKeys("the options of tracing", options, OPTION_KEYS);
  requireMembers("propagator", options.propagator, PROPAGATOR_MEMBERS);
  requireClock(options.clock);
  const api = registeredApi();
  const provider = options.tracerProvider ?? api.trace;
  const { context } = api;
  if (provider === undefined) return UNTRACED;
  if (typeof Object(provider).getTracer !== "function") {
    throw new TypeError(
      `Cannot use tracerProvider: expected one with getTracer(), received ${
        display(provider)
      }`,
    );
  }
  if (context === undefined) {
    throw new TypeError(
      "Cannot trace: no context manager of OpenTelemetry is registered, expected OTEL_DENO=true in the environment, or an SDK that was started before",
    );
  }
  const tracer = provider.getTracer(
    INSTRUMENTATION.name,
    INSTRUMENTATION.version,
  );
  const propagator = options.propagator ?? api.propagation;
  const attempts = new AttemptSpans(tracer, options.clock ?? systemClock);
  return {
    client: (target) =>
      clientInterceptor(tracer, context, propagator, attempts, String(target)),
    server: serverInterceptor(tracer, context, propagator),
    observer: { call: (event: CallEvent) => attempts.onEvent(event) },
  };
}

/** For a process without OpenTelemetry. */
const UNTRACED: Tracing = {
  client: () => (request, next) => next(request),
  server: (_, proceed) => proceed(),
  observer: {},
};

function clientInterceptor(
  tracer: Tracer,
  contexts: ContextManager,
  propagator: Propagator | undefined,
  attempts: AttemptSpans,
  target: string,
): ClientInterceptor {
  const where = serverAttributes(target);
  return async (request, next) => {
    const parent = contexts.active();
    const name = methodName(request.method.path);
    const attributes = { ...callAttributes(name), ...where };
    const kind = SpanKind.CLIENT;
    const span = tracer.startSpan(name, { kind, attributes }, parent);
    const context = withSpan(parent, span);
    propagator?.inject(context, request.metadata, METADATA);
    try {
      // The span is not made the active one: what a connection begins would
      // keep it beyond the call.
      const response = await attempts.following(
        { span, context },
        () => next(inContext(request, contexts, parent)),
      );
      response.trailers.then(
        () => endClientSpan(span, OK),
        (error) => endClientSpan(span, outcomeOf(error)),
      );
      return response;
    } catch (error) {
      endClientSpan(span, outcomeOf(error));
      throw error;
    }
  };
}

function serverInterceptor(
  tracer: Tracer,
  contexts: ContextManager,
  propagator: Propagator | undefined,
): ServerInterceptor {
  return async (call, proceed) => {
    // What is active here is what was when the server began to listen.
    const root = withoutSpan(contexts.active());
    const parent = propagator?.extract(root, call.metadata, METADATA) ?? root;
    const name = methodName(call.path);
    const attributes = {
      ...callAttributes(name),
      ...peerAttributes(call.peer),
    };
    const kind = SpanKind.SERVER;
    const span = tracer.startSpan(name, { kind, attributes }, parent);
    try {
      await contexts.with(withSpan(parent, span), proceed);
      endServerSpan(
        span,
        call.signal.aborted ? outcomeOf(call.signal.reason) : OK,
      );
    } catch (error) {
      const { aborted, reason } = call.signal;
      endServerSpan(span, outcomeOf(aborted ? reason : error));
      throw error;
    }
  };
}

/** Reads and writes metadata, for a propagator. */
const METADATA = {
  set(carrier: unknown, key: string, value: string): void {
    try {
      (carrier as Metadata).set(key, value);
    } catch {
      // What cannot travel is left out: telemetry fails no call
      // (https://opentelemetry.io/docs/specs/otel/error-handling/).
    }
  },
  get(carrier: unknown, key: string): string | undefined {
    const value = (carrier as Metadata).get(key);
    return typeof value === "string" ? value : undefined;
  },
  keys(carrier: unknown): string[] {
    return [...(carrier as Metadata)].map(([key]) => key);
  },
};
