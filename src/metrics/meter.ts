/**
 * What is needed of a meter of OpenTelemetry, by shape: no package is imported,
 * and any SDK of its metrics API 1.x fits.
 *
 * @module
 * @see https://opentelemetry.io/docs/specs/otel/metrics/api/
 */

/** Labels of a measurement. */
export type MetricAttributes = {
  readonly [name: string]: string | number;
};

/** How an instrument is made. */
export interface InstrumentOptions {
  /** What it measures, for people. */
  readonly description?: string;
  /** In UCUM, such as `s`, `By` or `{attempt}`. */
  readonly unit?: string;
  /** What is recommended to the SDK. */
  readonly advice?: {
    /** The upper bounds of the buckets of a histogram, smallest first. */
    readonly explicitBucketBoundaries?: number[];
  };
}

/** Counts up; with {@linkcode Meter.createUpDownCounter} down, too. */
export interface Adder {
  /** Adds to the sum of these attributes. */
  add(value: number, attributes: MetricAttributes): void;
}

/** Tells how values are spread. */
export interface HistogramRecorder {
  /** Takes one value of these attributes. */
  record(value: number, attributes: MetricAttributes): void;
}

/** Makes instruments. */
export interface Meter {
  /** An instrument whose sum never falls. */
  createCounter(name: string, options?: InstrumentOptions): Adder;
  /** An instrument whose sum is that of the present. */
  createUpDownCounter(name: string, options?: InstrumentOptions): Adder;
  /** An instrument for values such as durations. */
  createHistogram(
    name: string,
    options?: InstrumentOptions,
  ): HistogramRecorder;
}

/** Makes meters. */
export interface MeterProvider {
  /** The meter of an instrumented library. */
  getMeter(name: string, version?: string): Meter;
}
