/**
 * The class of the error for an option that cannot be used: `TypeError` for a
 * value of another type, `RangeError` for one that is not allowed.
 */
export function refusedAs(
  value: unknown,
  type: "boolean" | "number" | "string",
): typeof TypeError | typeof RangeError {
  const received: string = typeof value;
  return received === type ? RangeError : TypeError;
}
