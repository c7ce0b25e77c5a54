const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How a length of time below two minutes is told: as the first that fits. */
const STEPS: readonly (readonly [
  below: number,
  unit: string,
  size: number,
  decimals: number,
])[] = [
  [10, "ms", 1, 2],
  [SECOND, "ms", 1, 0],
  [10 * SECOND, "s", SECOND, 2],
  [2 * MINUTE, "s", SECOND, 1],
];

/**
 * A length of time for people: `0.42 ms`, `3.02 s`, `71 s`, `5 min 20 s`,
 * `2 h 5 min`. An error about an option tells its value exactly instead, in
 * milliseconds, as options are given.
 */
export function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "ever";
  for (const [below, unit, size, decimals] of STEPS) {
    const count = Number((milliseconds / size).toFixed(decimals));
    if (count * size < below) return `${count} ${unit}`;
  }
  const seconds = Math.round(milliseconds / SECOND);
  return seconds < HOUR / SECOND
    ? inTwo(seconds, "min", "s")
    : inTwo(Math.round(milliseconds / MINUTE), "h", "min");
}

/**
 * A length of time for people beside others that it is added to or compared
 * with, as options are: all in one unit, and exact to a tenth: `500 ms`,
 * `300.5 s`, `2 h`, `never`.
 */
export function comparableDuration(milliseconds: number): string {
  if (milliseconds === Infinity) return "never";
  const hours = milliseconds / HOUR;
  if (hours >= 1 && Number.isInteger(hours)) return `${hours} h`;
  if (milliseconds >= SECOND) return `${short(milliseconds / SECOND)} s`;
  return milliseconds >= 0.01 || milliseconds === 0
    ? `${short(milliseconds)} ms`
    : `${short(milliseconds * 1e6)} ns`;
}

/** A length of time for a picture: no seconds beside minutes. */
export function roughDuration(milliseconds: number): string {
  if (milliseconds < 2 * MINUTE) return duration(milliseconds);
  return duration(Math.round(milliseconds / MINUTE) * MINUTE);
}

/** A count of the smaller unit, of which sixty are one of the larger. */
function inTwo(count: number, larger: string, smaller: string): string {
  const rest = count % 60;
  const most = `${Math.floor(count / 60)} ${larger}`;
  return rest === 0 ? most : `${most} ${rest} ${smaller}`;
}

function short(value: number): number {
  return Number(value.toFixed(value < 10 ? 2 : 1));
}
