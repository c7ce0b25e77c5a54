import type {
  ClientInterceptor,
  Observer,
  ServerInterceptor,
} from "../grpc/mod.ts";
import { INSTRUMENTATION } from "../metrics/mod.ts";
import { display, requireKnownKeys, requireMembers } from "../options/mod.ts";
import { type Clock, requireClock, systemClock } from "../runtime/mod.ts";
import {
  type Propagator,
  PROPAGATOR_MEMBERS,
  registeredApi,
  type TracerProvider,
} from "./api.ts";
import { clientInterceptor, serverInterceptor } from "./interceptors.ts";
import { type SpansOption, spansOption, spanStyle } from "./span_style.ts";

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
   * What the spans look like.
   *
   * @default {"semconv"}
   */
  readonly spans?: SpansOption;
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
   * there are none of those. With `spans: "grpc"` it has the spans of all attempts
   * and the events of spans, and is an observer of the server, too.
   * `joinObservers` of `@keepalive/grpc/observe` has it watch beside others.
   */
  readonly observer: Observer;
}

const OPTION_KEYS = ["tracerProvider", "propagator", "spans", "clock"];

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
 * @throws {TypeError | RangeError} If an option cannot be used, or is none.
 */
export function otelTracing(options: TracingOptions = {}): Tracing {
  requireKnownKeys("the options of tracing", options, OPTION_KEYS);
  requireMembers("propagator", options.propagator, PROPAGATOR_MEMBERS);
  const { clock = systemClock } = options;
  const spans = spansOption(options.spans);
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
  const style = spanStyle(spans, { tracer, propagator, clock });
  const instruments = { tracer, contexts: context, propagator, style };
  return {
    client: (target) => clientInterceptor(instruments, String(target)),
    server: serverInterceptor(instruments),
    observer: style.observer,
  };
}

/** For a process without OpenTelemetry. */
const UNTRACED: Tracing = {
  client: () => (request, next) => next(request),
  server: (_, proceed) => proceed(),
  observer: {},
};
