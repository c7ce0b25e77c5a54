import { labelsOf, OVERFLOW } from "./labels.ts";
import type { MetricAttributes } from "./meter.ts";

/** What a metric is, in the words of Prometheus. */
export type FamilyKind = "counter" | "gauge" | "histogram";

/** What a metric is called, and what it is. */
export interface FamilyInfo {
  /** Its name in Prometheus. */
  readonly name: string;
  /** What it measures, for people. */
  readonly help: string;
  /** What it is. */
  readonly kind: FamilyKind;
  /** Its unit, with which its name ends; empty if it has none. */
  readonly unit: string;
}

/** A metric with the values of each of its sets of labels: a sum each. */
export class Sums {
  readonly info: FamilyInfo;
  readonly #series: SeriesTable<{ value: number }>;

  /** Starts with none. */
  constructor(info: FamilyInfo, most: number) {
    this.info = info;
    this.#series = new SeriesTable(most, () => ({ value: 0 }));
  }

  /** Adds to a sum. */
  add(value: number, attributes: MetricAttributes): void {
    this.#series.of(attributes).value += value;
  }

  /** Each set of labels with its sum. */
  *sums(): Iterable<readonly [labels: string, value: number]> {
    for (const [labels, { value }] of this.#series.all()) yield [labels, value];
  }
}

/** What a histogram has of one set of labels. */
export interface Buckets {
  /** Values in each bucket, those above the last bound at the end. */
  readonly counts: number[];
  /** The sum of all values. */
  sum: number;
}

/** A histogram with the buckets of each of its sets of labels. */
export class Histograms {
  readonly info: FamilyInfo;
  /** The upper bounds of the buckets, each in its bucket. */
  readonly bounds: readonly number[];
  readonly #series: SeriesTable<Buckets>;

  /** Starts with none. */
  constructor(info: FamilyInfo, bounds: readonly number[], most: number) {
    this.info = info;
    this.bounds = bounds;
    this.#series = new SeriesTable(most, () => ({
      counts: new Array(bounds.length + 1).fill(0),
      sum: 0,
    }));
  }

  /** Takes one value. */
  record(value: number, attributes: MetricAttributes): void {
    const buckets = this.#series.of(attributes);
    buckets.counts[this.#bucketOf(value)]++;
    buckets.sum += value;
  }

  /** Each set of labels with its buckets. */
  all(): Iterable<readonly [labels: string, buckets: Buckets]> {
    return this.#series.all();
  }

  /** The first bucket whose bound is not below the value. */
  #bucketOf(value: number): number {
    let low = 0;
    let high = this.bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= this.bounds[middle]) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** What is kept for each set of labels, for so many and no more. */
class SeriesTable<Series> {
  readonly #most: number;
  readonly #make: () => Series;
  readonly #series = new Map<string, Series>();

  constructor(most: number, make: () => Series) {
    this.#most = most;
    this.#make = make;
  }

  of(attributes: MetricAttributes): Series {
    const labels = labelsOf(attributes);
    const known = this.#series.get(labels);
    if (known !== undefined) return known;
    // The last place is that of all that have none.
    const hasRoom = this.#series.size < this.#most - 1;
    const place = hasRoom ? labels : OVERFLOW;
    const made = this.#series.get(place) ?? this.#make();
    this.#series.set(place, made);
    return made;
  }

  all(): Iterable<readonly [labels: string, series: Series]> {
    return this.#series;
  }
}
