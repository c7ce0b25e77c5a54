/** Is told of each message of a stream. */
export interface MessageCounter {
  /**
   * A message is handed to the stream.
   *
   * @param size Its octets without compression.
   * @param sizeOnWire The same as it travels, without its prefix.
   */
  sent(size: number, sizeOnWire: number): void;
  /** A message was taken from the stream; the same for what came. */
  received(size: number, sizeOnWire: number): void;
}
