/** Reads an unsigned 16-bit integer in network order. */
export function readUint16(bytes: Uint8Array, at: number): number {
  return bytes[at] << 8 | bytes[at + 1];
}

/** Reads an unsigned 24-bit integer in network order. */
export function readUint24(bytes: Uint8Array, at: number): number {
  return bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2];
}

/** Reads an unsigned 32-bit integer in network order. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 |
    bytes[at + 3]) >>> 0;
}

/** Reads a 31-bit integer in network order and drops the reserved bit. */
export function readUint31(bytes: Uint8Array, at: number): number {
  return (bytes[at] & 0x7f) << 24 | bytes[at + 1] << 16 |
    bytes[at + 2] << 8 | bytes[at + 3];
}

/** Writes an unsigned 32-bit integer in network order. */
export function writeUint32(
  bytes: Uint8Array,
  at: number,
  value: number,
): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
