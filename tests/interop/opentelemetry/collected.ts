/**
 * What was measured and traced, as `peers/grpc_go_otel` reports it, and the same
 * of the SDK from npm.
 *
 * @module
 */
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from "npm:@opentelemetry/sdk-metrics@3.1.1";

/** One set of attributes with its value. */
export interface Point {
  readonly attributes: Readonly<Record<string, string>>;
  /** Of a sum. */
  readonly value: number;
  /** Of a histogram, and so what follows. */
  readonly count: number;
  readonly sum: number;
  readonly bounds?: readonly number[];
  readonly buckets?: readonly number[];
}

/** One instrument. */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly kind: "counter" | "updown" | "histogram" | "other";
  readonly points: readonly Point[];
}

/** A span that has ended. */
export interface Span {
  readonly name: string;
  readonly kind: string;
  readonly trace: string;
  readonly id: string;
  readonly parent?: string;
  readonly status: string;
  readonly description?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly events?: readonly SpanEvent[];
}

/** What happened in a span. */
export interface SpanEvent {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** All of it. */
export interface Telemetry {
  readonly metrics: readonly Metric[];
  /** The metrics as Prometheus reads them. */
  readonly text: string;
  readonly spans: readonly Span[];
}

/** The SDK from npm, which keeps what it is told. */
export class Meters {
  readonly #exporter = new InMemoryMetricExporter(
    AggregationTemporality.CUMULATIVE,
  );
  readonly provider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({ exporter: this.#exporter }),
    ],
  });

  /** All that was measured; afterwards nothing is any more. */
  async collected(): Promise<Metric[]> {
    await this.provider.forceFlush();
    const metrics = this.#exporter.getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics.map(metricOf));
    await this.provider.shutdown();
    return metrics;
  }
}

function metricOf(data: MetricData): Metric {
  const { name, unit } = data.descriptor;
  switch (data.dataPointType) {
    case DataPointType.SUM:
      return {
        name,
        unit,
        kind: data.isMonotonic ? "counter" : "updown",
        points: data.dataPoints.map(({ attributes, value }) => ({
          attributes: attributes as Record<string, string>,
          value,
          count: 0,
          sum: 0,
        })),
      };
    case DataPointType.HISTOGRAM:
      return {
        name,
        unit,
        kind: "histogram",
        points: data.dataPoints.map(({ attributes, value }) => ({
          attributes: attributes as Record<string, string>,
          value: 0,
          count: value.count,
          sum: value.sum!,
          bounds: value.buckets.boundaries,
          buckets: value.buckets.counts,
        })),
      };
    default:
      return { name, unit, kind: "other", points: [] };
  }
}
