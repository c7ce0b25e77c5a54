import type { CallEvent, ChannelEvent, Observer } from "../grpc/mod.ts";
import {
  booleanOption,
  integerOption,
  requireKnownKeys,
} from "../options/mod.ts";
import type { Transport, TransportEvent } from "../transport/mod.ts";
import { measure } from "./metrics_observer.ts";
import { PROMETHEUS_TEXT, textPieces } from "./prometheus_text.ts";
import { type NamesOption, namesOption } from "./names.ts";
import { Registry } from "./registry.ts";
import { answer, formatFor } from "./scrape.ts";

/** What a {@linkcode Prometheus} measures, and under which names. */
export interface PrometheusOptions {
  /**
   * The names of the metrics of calls: `"grpc"` for those of gRFC A66,
   * `"semconv"` for `rpc_server_call_duration_seconds` of OpenTelemetry's
   * semantic conventions, `"legacy"` for those of go-grpc-prometheus, such as
   * `grpc_server_handled_total`; or a list, while dashboards change from one to
   * the other. `"both"` is `["grpc", "legacy"]`.
   *
   * @default {"grpc"}
   */
  readonly names?: NamesOption;
  /**
   * Whether connections, retries and PINGs are measured, too: their names may
   * change, and other stacks have them off.
   *
   * @default {true}
   */
  readonly experimental?: boolean;
  /**
   * Sets of labels that a metric has at the most. What would be one more counts
   * under the label `otel_metric_overflow="true"`, as in the SDKs of
   * OpenTelemetry.
   *
   * @default {2_000}
   */
  readonly maxSeries?: number;
}

const OPTION_KEYS = ["names", "experimental", "maxSeries"];

/**
 * An observer that measures, for Prometheus to read: one for all channels and
 * servers of a process.
 *
 * Metrics have the names of gRPC in the form that OpenTelemetry gives them in
 * Prometheus: `grpc_server_call_duration_seconds`, with the labels `grpc_method`
 * and `grpc_status`. A method that the server does not have is `other`.
 *
 * @example
 * ```ts
 * import { Health, serve } from "@keepalive/grpc";
 * import { Prometheus } from "@keepalive/grpc/metrics";
 *
 * const prometheus = new Prometheus();
 * await using server = serve(
 *   { hostname: "127.0.0.1", port: 0, observer: prometheus },
 *   [new Health({}).service],
 * );
 * await using http = Deno.serve(
 *   { hostname: "127.0.0.1", port: 0 },
 *   (request) => prometheus.response(request),
 * );
 * ```
 */
export class Prometheus implements Observer {
  /** Takes what happens to calls. */
  readonly call: (event: CallEvent) => void;
  /** Takes what happens to channels, if that is measured. */
  readonly channel?: (event: ChannelEvent) => void;
  /** Takes what happens to connections, if that is measured. */
  readonly connection?: (event: TransportEvent, transport: Transport) => void;
  readonly #registry: Registry;

  /**
   * Starts with nothing measured.
   *
   * @throws {TypeError} If an option has a wrong type, or is none.
   * @throws {RangeError} If the value of an option is not allowed.
   */
  constructor(options: PrometheusOptions = {}) {
    requireKnownKeys("the options of Prometheus", options, OPTION_KEYS);
    const { names, experimental, maxSeries } = options;
    const choice = {
      names: namesOption(names),
      experimental: booleanOption("experimental", experimental, true),
    };
    this.#registry = new Registry(
      integerOption("maxSeries", maxSeries, 2_000, 1),
    );
    const { call, channel, connection } = measure(this.#registry, choice);
    this.call = call;
    this.channel = channel;
    this.connection = connection;
  }

  /**
   * All that was measured, in the text format 0.0.4 of Prometheus; as
   * `register.metrics()` of prom-client. It is made at once: of thousands of sets
   * of labels {@linkcode Prometheus.response} makes it bit by bit.
   */
  metrics(): string {
    return [...textPieces(this.#registry.families, PROMETHEUS_TEXT)].join("");
  }

  /**
   * That as the answer to a scrape, for `Deno.serve`. A long one is made while it
   * is sent, and others are served in between.
   *
   * @param request The scrape: who accepts OpenMetrics, as Prometheus does, gets
   * that.
   */
  response(request?: Request): Response {
    const format = formatFor(request?.headers.get("accept") ?? null);
    return answer(textPieces(this.#registry.families, format), format);
  }
}
