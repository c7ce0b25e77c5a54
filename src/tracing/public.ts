/**
 * Traces of calls with OpenTelemetry, without a dependency:
 * {@linkcode otelTracing} makes interceptors of them.
 *
 * @example
 * ```ts
 * import { Channel } from "@keepalive/grpc";
 * import { otelTracing } from "@keepalive/grpc/tracing";
 *
 * const tracing = otelTracing(); // with OTEL_DENO=true in the environment
 * const target = "localhost:50051";
 * await using channel = new Channel(target, {
 *   interceptors: [tracing.client(target)],
 *   observer: tracing.observer,
 * });
 * ```
 *
 * @module
 */
export type {
  Context,
  ContextManager,
  Propagator,
  Span,
  SpanAttributes,
  SpanOptions,
  Tracer,
  TracerProvider,
} from "./api.ts";
export {
  otelTracing,
  type Tracing,
  type TracingOptions,
} from "./otel_tracing.ts";
export type { SpansOption } from "./span_style.ts";
