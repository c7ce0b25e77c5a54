/** The units of a duration, in milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

const PART = /(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)/g;

/**
 * Reads a duration as Go writes it: `60s`, `1m30s`, `500ms`, `infinity`.
 *
 * @returns Milliseconds, or `undefined` if it is no duration.
 */
export function parseDuration(text: string): number | undefined {
  if (/^(infinity|never)$/i.test(text)) return Infinity;
  if (text === "0") return 0;
  if (!/^(\d+(\.\d+)?(ms|us|µs|ns|h|m|s))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(PART)) {
    sum += Number(count) * UNITS[unit];
  }
  return sum;
}

/** A duration for people: `500 ms`, `300.5 s`, `2 h`, `never`. */
export function inWords(milliseconds: number): string {
  if (milliseconds === Infinity) return "never";
  const hours = milliseconds / UNITS.h;
  if (hours >= 1 && Number.isInteger(hours)) return `${hours} h`;
  if (milliseconds >= 1_000) return `${short(milliseconds / 1_000)} s`;
  return milliseconds >= 0.01 || milliseconds === 0
    ? `${short(milliseconds)} ms`
    : `${short(milliseconds * 1e6)} ns`;
}

/** A duration that most languages read: `315s`, `300.5s`. */
export function inSeconds(milliseconds: number): string {
  return `${short(milliseconds / 1_000)}s`;
}

function short(value: number): number {
  return Number(value.toFixed(value < 10 ? 2 : 1));
}
