/**
 * Metrics of calls and connections under the names that gRPC gives them
 * ({@link https://github.com/grpc/proposal/blob/master/A66-otel-stats.md | gRFC A66},
 * {@link https://github.com/grpc/proposal/blob/master/A94-subchannel-otel-metrics.md | A94},
 * {@link https://github.com/grpc/proposal/blob/master/A96-retry-otel-stats.md | A96}),
 * and of PINGs: {@linkcode Prometheus} is an observer that keeps them for a
 * scrape, {@linkcode otelObserver} makes one that hands them to OpenTelemetry.
 *
 * @example One line to serve them
 * ```ts
 * import { Channel } from "@keepalive/grpc";
 * import { Prometheus } from "@keepalive/grpc/metrics";
 *
 * const prometheus = new Prometheus();
 * await using channel = new Channel("localhost:50051", { observer: prometheus });
 * await using http = Deno.serve(
 *   { hostname: "127.0.0.1", port: 0 },
 *   (request) => prometheus.response(request),
 * );
 * ```
 *
 * @module
 */
export type {
  Adder,
  HistogramRecorder,
  InstrumentOptions,
  Meter,
  MeterProvider,
  MetricAttributes,
} from "./meter.ts";
export type { MetricNames, NamesOption } from "./names.ts";
export { otelObserver, type OtelOptions } from "./otel_observer.ts";
export { Prometheus, type PrometheusOptions } from "./prometheus.ts";
