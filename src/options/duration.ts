const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * A length of time for people: `0.42 ms`, `71 s`, `5 min 20 s`, `2 h 5 min`.
 * What is a value of an option is told in milliseconds, as options are given.
 */
export function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "ever";
  if (milliseconds < 10) return `${trimmed(milliseconds, 2)} ms`;
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10 * SECOND) {
    return `${trimmed(milliseconds / SECOND, 2)} s`;
  }
  if (milliseconds < 2 * MINUTE) {
    return `${trimmed(milliseconds / SECOND, 1)} s`;
  }
  const seconds = Math.round(milliseconds / SECOND);
  return seconds < HOUR / SECOND
    ? inTwo(seconds, "min", "s")
    : inTwo(Math.round(milliseconds / MINUTE), "h", "min");
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

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
