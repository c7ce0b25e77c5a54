import { display } from "./display.ts";

/**
 * The error for a value that cannot be used: a `TypeError` for one of another
 * type, and a `RangeError` for one of the right type that is not allowed.
 *
 * @param name The option.
 * @param expected What is allowed, in words.
 * @param type What `typeof` is to say of it.
 */
export function refusal(
  name: string,
  expected: string,
  value: unknown,
  type: "boolean" | "number" | "string",
): TypeError | RangeError {
  const message = `Cannot use ${name}: expected ${expected}, received ${
    display(value)
  }`;
  const received: string = typeof value;
  return received === type ? new RangeError(message) : new TypeError(message);
}

/**
 * A duration in milliseconds, or its default.
 *
 * @param minimum The smallest that is allowed; 0 itself only if this is 0.
 * @throws {TypeError} If the value is no number.
 * @throws {RangeError} If the value is no such duration.
 */
export function durationOption(
  name: string,
  value: number | undefined,
  fallback: number,
  { minimum = Number.MIN_VALUE, finite = false } = {},
): number {
  if (value === undefined) return fallback;
  if (
    typeof value === "number" && value >= minimum &&
    !(finite && value === Infinity)
  ) return value;
  const least = minimum === Number.MIN_VALUE
    ? "above 0"
    : `of at least ${minimum}`;
  const never = finite ? "" : ", or Infinity for never";
  throw refusal(name, `milliseconds ${least}${never}`, value, "number");
}

/**
 * An integer, or its default.
 *
 * @throws {TypeError} If the value is no number.
 * @throws {RangeError} If the value is no integer in the range.
 */
export function integerOption(
  name: string,
  value: number | undefined,
  fallback: number,
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): number {
  if (value === undefined) return fallback;
  return requireInteger(name, value, minimum, maximum);
}

/**
 * An integer.
 *
 * @throws {TypeError} If the value is no number.
 * @throws {RangeError} If the value is no integer in the range.
 */
export function requireInteger(
  name: string,
  value: number,
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) {
    return value;
  }
  const range = maximum === Number.MAX_SAFE_INTEGER
    ? `${minimum} up`
    : `${minimum} to ${maximum}`;
  throw refusal(name, `an integer from ${range}`, value, "number");
}

/**
 * A limit in octets, or its default; `Infinity` is no limit.
 *
 * @throws {TypeError} If the value is no number.
 * @throws {RangeError} If the value is no such limit.
 */
export function octetsOption(
  name: string,
  value: number | undefined,
  fallback: number,
  minimum = 0,
): number {
  if (value === undefined) return fallback;
  const isCount = value === Infinity || Number.isSafeInteger(value);
  if (isCount && value >= minimum) return value;
  const range = `octets, an integer from ${minimum} up or Infinity`;
  throw refusal(name, range, value, "number");
}

/**
 * A boolean, or its default.
 *
 * @throws {TypeError} If the value is no boolean.
 */
export function booleanOption(
  name: string,
  value: boolean | undefined,
  fallback: boolean,
): boolean {
  if (value === undefined) return fallback;
  if (typeof value === "boolean") return value;
  throw refusal(name, "true or false", value, "boolean");
}

/**
 * One of some words, or its default.
 *
 * @throws {TypeError} If the value is no string.
 * @throws {RangeError} If the value is another string.
 */
export function choiceOption<Choice extends string>(
  name: string,
  value: Choice | undefined,
  fallback: Choice,
  allowed: readonly Choice[],
): Choice {
  if (value === undefined) return fallback;
  if (allowed.includes(value)) return value;
  const words = allowed.map((each) => `"${each}"`).join(" or ");
  throw refusal(name, words, value, "string");
}
