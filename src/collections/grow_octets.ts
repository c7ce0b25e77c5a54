/**
 * A larger array with the same octets. Its length is doubled until it suffices,
 * so that whoever adds octet after octet moves each of them twice at the most.
 *
 * @param used Octets at the start that are kept.
 * @param needed How long it must be.
 * @param least How long it is at least, from the first time on.
 * @param most How long it may be; no less than what is needed.
 */
export function growOctets(
  octets: Uint8Array<ArrayBuffer>,
  used: number,
  needed: number,
  least: number,
  most: number = Infinity,
): Uint8Array<ArrayBuffer> {
  let length = Math.max(2 * octets.length, least);
  while (length < needed) length *= 2;
  const grown = new Uint8Array(Math.min(length, most));
  grown.set(octets.subarray(0, used));
  return grown;
}
