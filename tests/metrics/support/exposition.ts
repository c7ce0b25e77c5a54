/** A sample of a metric: `name{labels} value`. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric: its two comments, and its samples. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly kind: "counter" | "gauge" | "histogram";
  readonly samples: readonly Sample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const NUMBER = "\\+Inf|-?(?:\\d+(?:\\.\\d+)?)(?:e[+-]\\d+)?";
const HELP = new RegExp(`^# HELP (${NAME}) ((?:[^\\\\]|\\\\[\\\\n])*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`);
const SAMPLE = new RegExp(
  `^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (${NUMBER})$`,
);

/**
 * Reads the text format 0.0.4 of Prometheus, and takes nothing that is merely
 * tolerated: both comments, once and first; all samples of a metric together,
 * each once; counters by their names; histograms that add up.
 *
 * @throws {Error} With the line that is wrong.
 */
export function readExposition(text: string): ReadonlyMap<string, Metric> {
  const metrics = new Map<string, Metric & { samples: Sample[] }>();
  if (text === "") return metrics;
  demand(text.endsWith("\n"), "the last line has no line feed", text);
  const lines = text.slice(0, -1).split("\n");
  let current: Metric & { samples: Sample[] } | undefined;
  for (let i = 0; i < lines.length; i++) {
    const help = HELP.exec(lines[i]);
    if (help === null) {
      const sample = readSample(lines[i]);
      demand(current !== undefined, "a sample before its metric", lines[i]);
      demand(belongs(sample.name, current), "a sample of another", lines[i]);
      current.samples.push(sample);
      continue;
    }
    const type = TYPE.exec(lines[++i] ?? "");
    demand(type?.[1] === help[1], "no type after the help", lines[i] ?? "");
    demand(!metrics.has(help[1]), "the metric was there before", lines[i]);
    const kind = type![2] as Metric["kind"];
    current = { name: help[1], help: help[2], kind, samples: [] };
    metrics.set(current.name, current);
  }
  for (const metric of metrics.values()) check(metric);
  return metrics;
}

function demand(
  condition: boolean,
  what: string,
  line: string,
): asserts condition {
  if (!condition) throw new Error(`${what}: ${line}`);
}

function readSample(line: string): Sample {
  const match = SAMPLE.exec(line);
  demand(match !== null, "no sample", line);
  const [, name, list = "", value] = match;
  const labels: Record<string, string> = {};
  for (const [label] of list.matchAll(new RegExp(LABEL, "g"))) {
    const at = label.indexOf("=");
    const key = label.slice(0, at);
    demand(!(key in labels), "a label is there twice", line);
    labels[key] = JSON.parse(label.slice(at + 1));
  }
  return { name, labels, value: value === "+Inf" ? Infinity : Number(value) };
}

function belongs(sample: string, { name, kind }: Metric): boolean {
  return kind === "histogram"
    ? [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(sample)
    : sample === name;
}

function check(metric: Metric): void {
  const { name, kind, samples, help } = metric;
  demand(samples.length > 0, "a metric without a sample", name);
  demand(help !== "", "nothing tells what it is", name);
  const keys = samples.map(({ name, labels }) => keyOf(name, labels));
  demand(new Set(keys).size === keys.length, "a sample is there twice", name);
  if (kind === "counter") {
    demand(name.endsWith("_total"), "no name of a counter", name);
    demand(samples.every(({ value }) => value >= 0), "it has fallen", name);
  }
  if (kind === "histogram") checkHistogram(metric);
}

function keyOf(name: string, labels: Sample["labels"]): string {
  return JSON.stringify([name, ...Object.entries(labels).sort()]);
}

function checkHistogram({ name, samples }: Metric): void {
  const series = Object.groupBy(
    samples,
    ({ labels: { le: _, ...labels } }) => keyOf(name, labels),
  );
  for (const all of Object.values(series)) {
    const buckets = all!.filter((each) => each.name === `${name}_bucket`);
    const [count, ...more] = all!.filter(({ name }) => name.endsWith("_count"));
    const sums = all!.filter(({ name }) => name.endsWith("_sum"));
    const text = JSON.stringify(all![0]);
    demand(more.length === 0 && sums.length === 1, "no sum, no count", text);
    const bounds = buckets.map(({ labels: { le } }) =>
      le === "+Inf" ? Infinity : Number(le)
    );
    demand(ascends(bounds, (a, b) => a < b), "bounds out of order", text);
    demand(bounds.at(-1) === Infinity, "no bucket for all", text);
    const values = buckets.map(({ value }) => value);
    demand(ascends(values, (a, b) => a <= b), "buckets that fall", text);
    demand(values.at(-1) === count.value, "not all are counted", text);
  }
}

function ascends(
  values: readonly number[],
  isOrdered: (a: number, b: number) => boolean,
): boolean {
  return values.every((value, i) => i === 0 || isOrdered(values[i - 1], value));
}

/** The value of the only sample with these labels, others aside. */
export function valueOf(
  text: string,
  name: string,
  labels: Sample["labels"] = {},
): number | undefined {
  const found = [...readExposition(text).values()]
    .flatMap(({ samples }) => samples)
    .filter((each) => each.name === name)
    .filter((each) =>
      Object.entries(labels).every(([key, value]) => each.labels[key] === value)
    );
  demand(found.length < 2, "more than one sample", JSON.stringify(found));
  return found[0]?.value;
}
