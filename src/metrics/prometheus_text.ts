import { type Buckets, Histograms, type Sums } from "./family.ts";

/** The media type of the text format. */
export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Metrics in the text format 0.0.4 of Prometheus; a metric of which nothing was
 * measured is left out.
 *
 * @see https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md
 */
export function prometheusText(
  families: Iterable<Sums | Histograms>,
): string {
  const lines: string[] = [];
  for (const family of families) {
    const samples = [...samplesOf(family)];
    if (samples.length === 0) continue;
    const { name, help, kind } = family.info;
    lines.push(`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${kind}`);
    lines.push(...samples);
  }
  return lines.map((line) => `${line}\n`).join("");
}

function* samplesOf(family: Sums | Histograms): Generator<string> {
  const { name } = family.info;
  if (family instanceof Histograms) {
    for (const [labels, buckets] of family.all()) {
      yield* bucketSamples(name, labels, family.bounds, buckets);
    }
    return;
  }
  for (const [labels, value] of family.sums()) {
    yield `${name}${braced(labels)} ${numeral(value)}`;
  }
}

function* bucketSamples(
  name: string,
  labels: string,
  bounds: readonly number[],
  { counts, sum }: Buckets,
): Generator<string> {
  let total = 0;
  for (const [index, count] of counts.entries()) {
    total += count;
    const le = `le="${numeral(bounds[index] ?? Infinity)}"`;
    yield `${name}_bucket${braced(labels, le)} ${total}`;
  }
  yield `${name}_sum${braced(labels)} ${numeral(sum)}`;
  yield `${name}_count${braced(labels)} ${total}`;
}

function braced(...labels: readonly string[]): string {
  const present = labels.filter((each) => each !== "");
  return present.length === 0 ? "" : `{${present.join(",")}}`;
}

function numeral(value: number): string {
  return value === Infinity ? "+Inf" : String(value);
}

function escapeHelp(help: string): string {
  return help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");
}
