/** Arrays that are shorter weigh enough by what is made beside them. */
const LIGHT = 2_048;

/** The longest array that is weighed, in octets; others are rare. */
const HEAVY = 262_144;

/**
 * What was made last, and is garbage with the next. Nobody reads it: what is
 * held nowhere, the engine need not make.
 */
const last: { weight: unknown } = { weight: undefined };

/**
 * An array for messages.
 *
 * @param length Its octets.
 */
export function messageOctets(length: number): Uint8Array<ArrayBuffer> {
  weigh(length);
  return new Uint8Array(length);
}

/**
 * Lets an array for messages weigh in V8's heap, too: as much as its octets,
 * which lie outside.
 *
 * Whenever the young part of the heap is full, V8 frees the young arrays that
 * nobody has, in a tenth of a millisecond. For what lies outside it waits until
 * that is 64 MiB, and then looks through the whole heap, on all threads. Not to
 * let it come to that saves who receives messages of 64 KiB up to a third of the
 * processor time. A lighter weight lets more of them come together than
 * lies in its cache: with a fourth, a hundred streams took a third more.
 */
export function weigh(octets: number): void {
  if (octets <= LIGHT) return;
  last.weight = new Array(Math.min(octets, HEAVY) >>> 3);
}
