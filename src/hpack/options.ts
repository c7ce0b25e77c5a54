/** Refuses options that are not an object of known keys. */
export function requireKnownKeys(
  owner: string,
  options: unknown,
  known: readonly string[],
): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(
      `Cannot create the ${owner}: expected an object of options, received ${
        options === null ? "null" : typeof options
      }`,
    );
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new TypeError(
        `Cannot create the ${owner}: expected an option out of ${
          known.join(", ")
        }, received "${key}"`,
      );
    }
  }
}

/** Refuses an argument that is not an integer in a range. */
export function requireInteger(name: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(
      `Cannot use ${name}: expected an integer from 0 to ${max}, received ${value}`,
    );
  }
}

/** Refuses a limit that is neither an integer nor Infinity. */
export function requireLimit(name: string, value: number): void {
  if (value !== Infinity && (!Number.isSafeInteger(value) || value < 0)) {
    throw new RangeError(
      `Cannot use ${name}: expected an integer of at least 0, or Infinity, received ${value}`,
    );
  }
}

/** Refuses an option of another type than its `typeof` should be. */
export function requireType(
  name: string,
  received: string,
  expected: string,
): void {
  if (received !== expected) {
    throw new TypeError(
      `Cannot use ${name}: expected a ${expected}, received ${received}`,
    );
  }
}
