/** The units of a duration, largest first, in milliseconds. */
const UNITS: readonly (readonly [unit: string, milliseconds: number])[] = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
];

/** What a duration looks like, for messages. */
export const DURATION_SYNTAX =
  "a duration such as 500ms, 1.5s, 10s, 5m, 2h or infinity";

/**
 * Reads a duration such as `500ms`, `10s`, `0.5s`, `5m`, `2h`, `0` or
 * `infinity`.
 *
 * @returns Milliseconds, or `undefined` if it is no duration.
 */
export function parseDuration(text: string): number | undefined {
  if (text.toLowerCase() === "infinity") return Infinity;
  if (text === "0") return 0;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const unit = UNITS.find(([name]) => name === match?.[2]);
  if (match === null || unit === undefined) return undefined;
  return Math.round(Number(match[1]) * unit[1] * 1_000) / 1_000;
}

/** A duration in the largest unit that shows it exactly, such as `1.5s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === Infinity) return "infinity";
  if (milliseconds === 0) return "0";
  for (const [unit, size] of UNITS) {
    const count = milliseconds / size;
    if (count >= 1 && Number(count.toFixed(1)) === count) {
      return `${count}${unit}`;
    }
  }
  return `${Number(milliseconds.toFixed(3))}ms`;
}
