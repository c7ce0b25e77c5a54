import type { Adder, HistogramRecorder, Meter } from "./meter.ts";

/** Milliseconds: events have those, metrics have seconds. */
export const SECOND = 1_000;

/** Makes the instruments of a meter in one line each. */
export class Instruments {
  readonly #meter: Meter;

  /** Makes those of a meter. */
  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** An instrument whose sum never falls. */
  counter(name: string, unit: string, description: string): Adder {
    return this.#meter.createCounter(name, { unit, description });
  }

  /** An instrument whose sum is that of the present. */
  upDownCounter(name: string, unit: string, description: string): Adder {
    return this.#meter.createUpDownCounter(name, { unit, description });
  }

  /** A histogram with these bounds. */
  histogram(
    name: string,
    unit: string,
    description: string,
    bounds: readonly number[],
  ): HistogramRecorder {
    const advice = { explicitBucketBoundaries: [...bounds] };
    return this.#meter.createHistogram(name, { unit, description, advice });
  }
}
