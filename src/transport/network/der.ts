/** One element of DER (X.690): its tag, and its contents. */
export interface Element {
  /** The octet of the tag. */
  readonly tag: number;
  /** What is in it. */
  readonly contents: Uint8Array;
}

/**
 * The elements that follow one another in some octets of DER.
 *
 * @throws {RangeError} If they are cut short, or a length is not one of DER.
 */
export function elementsOf(octets: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < octets.length;) {
    const { start, end } = spanOf(octets, at);
    elements.push({
      tag: octets[at],
      contents: octets.subarray(start, end),
    });
    at = end;
  }
  return elements;
}

function spanOf(
  octets: Uint8Array,
  at: number,
): { start: number; end: number } {
  let length = octets[at + 1];
  let start = at + 2;
  if (length > 0x80 && length <= 0x84) {
    const count = length & 0x7f;
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + octets[start++];
  }
  const end = start + length;
  if (!(end <= octets.length) || length === 0x80) {
    throw new RangeError("Cannot read DER: a length goes beyond its element");
  }
  return { start, end };
}
