/** The messages that have come on a stream, taken or not. */
export interface Arrived {
  /** How many have come whole, unless they were discarded. */
  readonly arrivedMessages: number;
  /** Their octets, without prefixes. */
  readonly arrivedOctets: number;
}

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
