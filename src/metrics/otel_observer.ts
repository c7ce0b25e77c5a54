import type { Observer } from "../grpc/mod.ts";
import { booleanOption, display, requireKnownKeys } from "../options/mod.ts";
import type { MeterProvider } from "./meter.ts";
import { measure } from "./metrics_observer.ts";
import { INSTRUMENTATION, registeredMetrics } from "./registered.ts";
import { namesOfEnvironment, type NamesOption, namesOption } from "./names.ts";

/** What an {@linkcode otelObserver} measures, and with whose instruments. */
export interface OtelOptions {
  /**
   * Makes the meter, such as the `MeterProvider` of `@opentelemetry/sdk-metrics`.
   * By default the one that is registered in the process: in Deno with the
   * environment variable `OTEL_DENO=true`, elsewhere by an SDK before this is
   * called.
   */
  readonly meterProvider?: MeterProvider;
  /**
   * The names of the metrics of calls, as in `PrometheusOptions`. By default
   * `"grpc"`, unless the environment variable `OTEL_SEMCONV_STABILITY_OPT_IN`
   * has `rpc` (then `"semconv"`) or `rpc/dup` (both), and may be read.
   *
   * @default {"grpc"}
   */
  readonly names?: NamesOption;
  /**
   * Whether connections, retries and PINGs are measured, too, as in
   * `PrometheusOptions`.
   *
   * @default {true}
   */
  readonly experimental?: boolean;
}

const OPTION_KEYS = ["meterProvider", "names", "experimental"];

/**
 * An observer that measures with the instruments of OpenTelemetry. Nothing is
 * imported: the API is taken from where Deno, or an SDK, has registered it. If
 * none has, nothing is measured, and no event is made for it.
 *
 * @example With `OTEL_DENO=true`, to the collector of the environment
 * ```ts
 * import { Channel } from "@keepalive/grpc";
 * import { otelObserver } from "@keepalive/grpc/metrics";
 *
 * await using channel = new Channel("localhost:50051", {
 *   observer: otelObserver(),
 * });
 * ```
 *
 * @throws {TypeError} If an option has a wrong type, or is none.
 * @throws {RangeError} If the value of an option is not allowed.
 */
export function otelObserver(options: OtelOptions = {}): Observer {
  requireKnownKeys("the options of OpenTelemetry", options, OPTION_KEYS);
  const { names, experimental } = options;
  const choice = {
    names: namesOption(names, namesOfEnvironment()),
    experimental: booleanOption("experimental", experimental, true),
  };
  const provider = options.meterProvider ?? registeredMetrics().metrics;
  if (provider === undefined) return {};
  if (typeof Object(provider).getMeter !== "function") {
    throw new TypeError(
      `Cannot use meterProvider: expected one with getMeter(), such as the MeterProvider of @opentelemetry/sdk-metrics, received ${
        display(provider)
      }`,
    );
  }
  const { name, version } = INSTRUMENTATION;
  return measure(provider.getMeter(name, version), choice);
}
