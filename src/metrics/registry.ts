import {
  type FamilyInfo,
  type FamilyKind,
  Histograms,
  Sums,
} from "./family.ts";
import type {
  Adder,
  HistogramRecorder,
  InstrumentOptions,
  Meter,
} from "./meter.ts";

/** What units are called in the names of Prometheus. */
const UNITS: Readonly<Record<string, string>> = { s: "seconds", By: "bytes" };

/**
 * A meter that keeps what is measured, under the names that OpenTelemetry's
 * metrics have in Prometheus
 * ({@link https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/ | compatibility}).
 */
export class Registry implements Meter {
  readonly #most: number;
  readonly #families: (Sums | Histograms)[] = [];

  /**
   * Starts with no instruments.
   *
   * @param most Sets of labels that each instrument has at the most.
   */
  constructor(most: number) {
    this.#most = most;
  }

  /** All metrics, by their names. */
  get families(): (Sums | Histograms)[] {
    return this.#families.toSorted((a, b) =>
      a.info.name < b.info.name ? -1 : 1
    );
  }

  /** An instrument whose sum never falls. */
  createCounter(name: string, options?: InstrumentOptions): Adder {
    return this.#add(new Sums(infoOf("counter", name, options), this.#most));
  }

  /** An instrument whose sum is that of the present. */
  createUpDownCounter(name: string, options?: InstrumentOptions): Adder {
    return this.#add(new Sums(infoOf("gauge", name, options), this.#most));
  }

  /** A histogram with the bounds of the advice. */
  createHistogram(
    name: string,
    options: InstrumentOptions = {},
  ): HistogramRecorder {
    const bounds = options.advice?.explicitBucketBoundaries ?? [];
    const info = infoOf("histogram", name, options);
    return this.#add(new Histograms(info, bounds, this.#most));
  }

  #add<Family extends Sums | Histograms>(family: Family): Family {
    this.#families.push(family);
    return family;
  }
}

function infoOf(
  kind: FamilyKind,
  name: string,
  { unit = "", description = "" }: InstrumentOptions = {},
): FamilyInfo {
  const translated = UNITS[unit] ?? "";
  const parts = [name.replace(/[^a-zA-Z0-9_:]/g, "_")];
  if (translated !== "") parts.push(translated);
  if (kind === "counter") parts.push("total");
  return { name: parts.join("_"), help: description, kind, unit: translated };
}
