/** Octets are no Protocol Buffers message, or not the one that is expected. */
export class DecodeError extends TypeError {
  override readonly name = "DecodeError";
}
