/** Octets that an array has in itself, without a buffer beside it (in V8). */
const FEW = 64;

/** For a few octets, to call `slice` costs more than to copy them. */
export function copyOf(
  data: Uint8Array,
  start: number,
  end: number,
): Uint8Array<ArrayBuffer> {
  if (end - start > FEW) return data.slice(start, end);
  const copy = new Uint8Array(end - start);
  for (let i = 0; i < copy.length; i++) copy[i] = data[start + i];
  return copy;
}
