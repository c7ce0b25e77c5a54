/** Where the messages of a `MessageIterator` come from. */
export interface MessageSource<Message> {
  /** The octets of a message that is at hand; `undefined` to wait for `next`. */
  take(): Uint8Array | undefined;
  /** The octets of the next message; `undefined` after the last. */
  next(): Promise<Uint8Array | undefined>;
  /** Decodes a message. */
  read(payload: Uint8Array): Message;
  /**
   * Reading has failed.
   *
   * @param beneath The function whose callers read.
   * @returns Whether whoever reads is to be told.
   */
  failed?(error: unknown, beneath: (...args: never[]) => unknown): boolean;
  /** Whoever reads wants no more; what is pending is to settle. */
  interrupt?(): void;
  /** No further message is read. */
  stopped?(): void;
}
