import { listenersOf, type Observer } from "../grpc/mod.ts";
import {
  type MeterProvider,
  type NamesOption,
  namesOption,
  otelObserver,
} from "../metrics/mod.ts";
import { display, requireKnownKeys, requireMembers } from "../options/mod.ts";
import { joinObservers } from "../recorder/mod.ts";
import type { Clock } from "../runtime/mod.ts";
import {
  otelTracing,
  outsideOfCalls,
  type Propagator,
  PROPAGATOR_MEMBERS,
  registeredApi,
  type SpansOption,
  spansOption,
  type TracerProvider,
  type Tracing,
} from "../tracing/mod.ts";

/**
 * To whom a channel or a server hands its metrics and traces. Without a provider
 * these are those that are registered in the process; of the kind that is not
 * given while the other one is, nothing is made
 * ({@link https://github.com/grpc/proposal/blob/master/A66-otel-stats.md | gRFC A66}).
 *
 * Equivalent to grpc-go `opentelemetry.Options`, grpc-java `GrpcOpenTelemetry`.
 */
export interface OpenTelemetryOptions {
  /** Makes the meter, such as the `MeterProvider` of `@opentelemetry/sdk-metrics`. */
  readonly meterProvider?: MeterProvider;
  /** Makes the tracer, such as the provider of `@opentelemetry/sdk-trace-node`. */
  readonly tracerProvider?: TracerProvider;
  /**
   * Carries the trace in the metadata of calls.
   *
   * @default {the one that is registered}
   */
  readonly propagator?: Propagator;
  /**
   * The names of the metrics of calls: `"grpc"`, `"semconv"` for
   * `rpc.client.call.duration` and `rpc.server.call.duration`, or a list; as in
   * `OtelOptions` of `@keepalive/grpc/metrics`.
   *
   * @default {"grpc"}
   */
  readonly names?: NamesOption;
  /**
   * What the spans look like: `"semconv"`, by OpenTelemetry's semantic
   * conventions, or `"grpc"`, as grpc-go's plugin has them; as in
   * `TracingOptions` of `@keepalive/grpc/tracing`.
   *
   * @default {"semconv"}
   */
  readonly spans?: SpansOption;
}

const OPTION_KEYS = [
  "meterProvider",
  "tracerProvider",
  "propagator",
  "names",
  "spans",
];

/** What watches a channel or a server, and wraps its calls. */
export interface Telemetry {
  /** Watches: the observer of the options, and what the option `otel` asks for. */
  readonly observer: Observer | undefined;
  /** Wraps calls, if they are traced. */
  readonly tracing: Tracing | undefined;
  /** Begins what outlives the call that it is begun for, such as a connection. */
  readonly outside: (<Result>(begin: () => Result) => Result) | undefined;
}

/**
 * What the option `otel` comes to beside the observer of the options: nothing if
 * it is off, or OpenTelemetry is not in the process.
 *
 * @param clock That of the channel or the server.
 * @throws {TypeError} If one of them has a wrong type, or an unknown key.
 */
export function telemetryOf(
  { otel, observer }: {
    readonly otel?: boolean | OpenTelemetryOptions;
    readonly observer?: Observer;
  },
  clock: Clock,
): Telemetry {
  const { meterProvider, tracerProvider, propagator, names, spans } =
    providersOf(otel);
  const measured = meterProvider && otelObserver({ meterProvider, names });
  const tracing = tracerProvider &&
    otelTracing({ tracerProvider, propagator, spans, clock });
  if (measured === undefined && tracing === undefined) {
    return { observer, tracing, outside: undefined };
  }
  listenersOf(observer);
  const all = [measured, tracing?.observer, observer]
    .filter((each) => each !== undefined);
  return {
    observer: joinObservers(...all),
    tracing,
    outside: outsideOfCalls(),
  };
}

function providersOf(
  option: boolean | OpenTelemetryOptions = false,
): OpenTelemetryOptions {
  if (option === false) return {};
  if (option !== true && (typeof option !== "object" || option === null)) {
    throw new TypeError(
      `Cannot use otel: expected true, false, or an object with meterProvider, tracerProvider or propagator, received ${
        display(option)
      }`,
    );
  }
  const given: OpenTelemetryOptions = option === true ? {} : option;
  requireKnownKeys("otel", given, OPTION_KEYS);
  namesOption(given.names);
  spansOption(given.spans);
  requireMembers("propagator", given.propagator, PROPAGATOR_MEMBERS);
  const { meterProvider, tracerProvider } = given;
  if (meterProvider !== undefined || tracerProvider !== undefined) return given;
  const { metrics, trace } = registeredApi();
  return { ...given, meterProvider: metrics, tracerProvider: trace };
}
