/** Makes an array one of octets: what begins with integers becomes it later. */
const NO_INTEGER = 0.5;

/** What arrays of a few numbers are copied from, with no room to spare. */
const FEW = new Array<number>(64).fill(NO_INTEGER);

/**
 * So many places for numbers of 8 octets each, which hold them as they are from
 * the first on.
 *
 * It is no typed array: each of those has octets beside the heap, which take
 * as much memory again to keep account of, and the time of who collects garbage.
 */
export function numbers(length: number): number[] {
  return length <= FEW.length
    ? FEW.slice(0, length)
    : new Array<number>(length).fill(NO_INTEGER);
}

/** The length that follows one that is too small: a quarter more, or a few. */
export function grownLength(length: number): number {
  return length + Math.max(16, length >> 2);
}
