/**
 * Metrics in a form in which those of two stacks can be compared.
 *
 * @module
 */
import type { Metric, Point } from "./collected.ts";

/** What grpc-go does in another way than the gRFCs say, or does not have. */
const DIFFERENCES = {
  /** A94 has `none`. */
  securityLevel: { NoSecurity: "none" } as Record<string, string>,
  /** A94 has `{connection}`. */
  units: { "grpc.subchannel.open_connections": "{attempt}" } as Record<
    string,
    string
  >,
};

/** Those for which grpc-go has no counterpart. */
export function isOurs({ name }: Metric): boolean {
  return name.startsWith("keepalive.") || /call\.\w*retr/.test(name);
}

/**
 * Metrics that can be compared: what depends on time, on a port, or on who was
 * first is taken out of them.
 *
 * @param targets Names for the targets of the scene.
 */
export function normalForm(
  metrics: readonly Metric[],
  targets: Readonly<Record<string, string>>,
): unknown[] {
  return metrics.filter((metric) => !isOurs(metric))
    .map((metric) => ({
      name: metric.name,
      unit: DIFFERENCES.units[metric.name] ?? metric.unit,
      kind: metric.kind,
      points: metric.points
        .filter((point) => !isEndOfUnknown(metric, point))
        .map((point) => normalPoint(metric, point, targets))
        .map((point) => [JSON.stringify(point), point] as const)
        .toSorted(([a], [b]) => a < b ? -1 : 1)
        .map(([, point]) => point),
    }))
    .toSorted((a, b) => a.name < b.name ? -1 : 1);
}

/** grpc-go measures how calls of methods begin that it has not, not their end. */
function isEndOfUnknown({ name }: Metric, { attributes }: Point): boolean {
  return name.startsWith("grpc.server.") &&
    attributes["grpc.method"] === "other" && "grpc.status" in attributes;
}

function normalPoint(
  { name, unit }: Metric,
  { attributes, value, count, sum, bounds, buckets }: Point,
  targets: Readonly<Record<string, string>>,
) {
  const changed = { ...attributes };
  const target = attributes["grpc.target"];
  if (target !== undefined) {
    // For connections, grpc-go has the target without its scheme.
    const isCanonical = target.startsWith("dns:///") ||
      name.startsWith("grpc.subchannel.");
    changed["grpc.target"] = isCanonical
      ? targets[target.replace("dns:///", "")]
      : target;
  }
  const level = attributes["grpc.security_level"];
  if (level !== undefined) {
    changed["grpc.security_level"] = DIFFERENCES.securityLevel[level] ?? level;
  }
  const method = attributes["grpc.method"];
  if (method === "test.Words/Late" && name.startsWith("grpc.server.")) {
    // Either the client's RST_STREAM or the server's own timer is first.
    changed["grpc.status"] = attributes["grpc.status"]
      ?.replace(/CANCELLED|DEADLINE_EXCEEDED/, "late");
  }
  return {
    attributes: Object.entries(changed).sort(),
    value,
    count,
    bounds,
    // Times differ, and so does what two libraries make of gzip, somewhat.
    sum: unit === "By" && method !== "test.Words/Zip" ? sum : undefined,
    buckets: unit === "By" ? buckets : undefined,
  };
}
