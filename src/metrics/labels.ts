import type { MetricAttributes } from "./meter.ts";

/**
 * The label of the series that takes what is one set of labels too many, as the
 * SDKs of OpenTelemetry have it.
 */
export const OVERFLOW = 'otel_metric_overflow="true"';

const known = new WeakMap<MetricAttributes, string>();

/**
 * Attributes as labels in the text format, such as
 * `grpc_method="a.B/C",grpc_status="OK"`. Those of a method are the same object
 * each time, so that their text is made once.
 */
export function labelsOf(attributes: MetricAttributes): string {
  const before = known.get(attributes);
  if (before !== undefined) return before;
  const labels = Object.entries(attributes)
    .map(([name, value]) => `${labelName(name)}="${escapeValue(value)}"`)
    .sort()
    .join(",");
  known.set(attributes, labels);
  return labels;
}

/** What is no letter, digit or underscore is an underscore. */
function labelName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, "_");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
};

function escapeValue(value: string | number): string {
  return String(value).replace(/[\\"\n]/g, (character) => ESCAPES[character]);
}
