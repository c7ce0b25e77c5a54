/**
 * Milliseconds for a message: whole ones, and of a short time two significant
 * digits.
 */
export function milliseconds(value: number): string {
  const shown = value >= 10 || Number.isInteger(value)
    ? Math.round(value)
    : Number(value.toPrecision(2));
  return `${shown} ms`;
}
