import { closestMatch } from "leven";

/** The candidate that is most like a word; `undefined` if none is like it. */
export function nearest(
  word: string,
  candidates: readonly string[],
): string | undefined {
  const maxDistance = Math.ceil(word.length * 0.4);
  return closestMatch(word, [...candidates], { maxDistance });
}
