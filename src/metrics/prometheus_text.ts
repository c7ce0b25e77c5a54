import {
  type Buckets,
  type FamilyInfo,
  Histograms,
  type Sums,
} from "./family.ts";

/** A text format that Prometheus reads. */
export interface TextFormat {
  /** Its media type. */
  readonly type: string;
  /** The comments before the samples of a metric. */
  head(info: FamilyInfo): string;
  /** A bound of a bucket. */
  bound(value: number): string;
  /** What stands at the end. */
  readonly end: string;
}

/**
 * The text format 0.0.4.
 *
 * @see https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md
 */
export const PROMETHEUS_TEXT: TextFormat = {
  type: "text/plain; version=0.0.4; charset=utf-8",
  head: ({ name, help, kind }) =>
    `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${kind}\n`,
  bound: numeral,
  end: "",
};

/**
 * OpenMetrics 1.0: units apart, counters by their names without `_total`.
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export const OPEN_METRICS: TextFormat = {
  type: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  head: ({ name, help, kind, unit }) => {
    const family = kind === "counter" ? name.replace(/_total$/, "") : name;
    const text = escapeHelp(help).replace(/"/g, '\\"');
    return `# TYPE ${family} ${kind}\n` +
      (unit === "" ? "" : `# UNIT ${family} ${unit}\n`) +
      `# HELP ${family} ${text}\n`;
  },
  bound: canonicalNumeral,
  end: "# EOF\n",
};

/**
 * Metrics as text, in pieces: a set of labels is in one of them. A metric of which
 * nothing was measured is left out.
 */
export function* textPieces(
  families: Iterable<Sums | Histograms>,
  format: TextFormat,
): Generator<string> {
  for (const family of families) {
    let head = format.head(family.info);
    for (const samples of samplesOf(family, format)) {
      yield head + samples;
      head = "";
    }
  }
  yield format.end;
}

function* samplesOf(
  family: Sums | Histograms,
  format: TextFormat,
): Generator<string> {
  const { name } = family.info;
  if (family instanceof Histograms) {
    const bounds = [...family.bounds, Infinity]
      .map((bound) => `le="${format.bound(bound)}"`);
    for (const [labels, buckets] of family.all()) {
      yield bucketSamples(name, labels, bounds, buckets);
    }
    return;
  }
  for (const [labels, value] of family.sums()) {
    yield `${name}${braced(labels)} ${numeral(value)}\n`;
  }
}

function bucketSamples(
  name: string,
  labels: string,
  bounds: readonly string[],
  { counts, sum }: Buckets,
): string {
  const start = `${name}_bucket{${labels}${labels === "" ? "" : ","}`;
  let total = 0;
  let samples = "";
  for (let i = 0; i < bounds.length; i++) {
    total += counts[i];
    samples += `${start}${bounds[i]}} ${total}\n`;
  }
  const set = braced(labels);
  return `${samples}${name}_sum${set} ${
    numeral(sum)
  }\n${name}_count${set} ${total}\n`;
}

function braced(labels: string): string {
  return labels === "" ? "" : `{${labels}}`;
}

function numeral(value: number): string {
  return value === Infinity ? "+Inf" : String(value);
}

/** As Go and Python write numbers: OpenMetrics compares bounds as texts. */
function canonicalNumeral(value: number): string {
  if (value === Infinity) return "+Inf";
  if (value !== 0 && (value < 1e-4 || value >= 1e6)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function escapeHelp(help: string): string {
  return help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");
}
