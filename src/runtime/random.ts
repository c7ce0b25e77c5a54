import { display, requireFunction } from "../options/mod.ts";

/**
 * A function that draws numbers from 0 up to 1, checked with each number that it
 * draws; `Math.random` by default, which needs no check.
 *
 * @throws {TypeError} If the value is no function.
 * @throws {RangeError} From what it returns, if a number is another.
 */
export function randomOption(
  value: (() => number) | undefined,
): () => number {
  requireFunction("random", value);
  if (value === undefined) return Math.random;
  return () => {
    const drawn = value();
    if (typeof drawn === "number" && drawn >= 0 && drawn < 1) return drawn;
    throw new RangeError(
      `Cannot use random: expected a random number from 0 to 1, received ${
        display(drawn)
      }; 1 itself is none`,
    );
  };
}
