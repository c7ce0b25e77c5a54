/** The units of a duration, largest first, in milliseconds. */
const UNITS: readonly (readonly [unit: string, milliseconds: number])[] = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
  ["us", 1e-3],
  ["µs", 1e-3],
  ["ns", 1e-6],
];

/** Decimal digits that a number has room for, whatever they are. */
const EXACT_DIGITS = 15;

const PART = /(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)/g;

/**
 * Reads a duration as Go writes it: `60s`, `0.5s`, `1m30s`, `500ms`, `0`; or
 * `infinity`, `never`.
 *
 * @returns Milliseconds, or `undefined` if it is no duration.
 */
export function parseDuration(text: string): number | undefined {
  if (/^(infinity|never)$/i.test(text)) return Infinity;
  if (text === "0") return 0;
  if (!/^(\d+(\.\d+)?(ms|us|µs|ns|h|m|s))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(PART)) {
    const [, size] = UNITS.find(([name]) => name === unit)!;
    sum += Number(count) * size;
  }
  return Number(sum.toPrecision(EXACT_DIGITS));
}

/** A duration in the largest unit that shows it exactly, such as `1.5s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === Infinity) return "infinity";
  if (milliseconds === 0) return "0";
  for (const [unit, size] of UNITS) {
    if (size < 1) break;
    const count = milliseconds / size;
    if (count >= 1 && Number(count.toFixed(1)) === count) {
      return `${count}${unit}`;
    }
  }
  return `${Number(milliseconds.toFixed(3))}ms`;
}

/** A duration that most languages read: `315s`, `300.5s`. */
export function formatSeconds(milliseconds: number): string {
  if (milliseconds === Infinity) return "infinity";
  const seconds = milliseconds / 1_000;
  return `${Number(seconds.toFixed(seconds < 10 ? 2 : 1))}s`;
}
