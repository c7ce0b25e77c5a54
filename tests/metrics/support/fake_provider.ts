import type {
  InstrumentOptions,
  MeterProvider,
  MetricAttributes,
} from "../../../src/metrics/mod.ts";

/** A provider that remembers what it is asked for. */
export class FakeProvider implements MeterProvider {
  readonly meters: (readonly [name: string, version?: string])[] = [];
  readonly instruments = new Map<string, InstrumentOptions>();
  readonly values: (readonly [string, number, MetricAttributes])[] = [];

  getMeter(name: string, version?: string) {
    this.meters.push([name, version]);
    const make = (name: string, options: InstrumentOptions = {}) => {
      this.instruments.set(name, options);
      const take = (value: number, attributes: MetricAttributes) =>
        void this.values.push([name, value, attributes]);
      return { add: take, record: take };
    };
    return {
      createCounter: make,
      createUpDownCounter: make,
      createHistogram: make,
    };
  }
}
