/** Octets are no Protocol Buffers message, or not the one that is expected. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
}
