import type { Metadata } from "./metadata.ts";

/** What a handler sees of its call. */
export interface CallContext {
  /** The path of the method, such as `/helloworld.Greeter/SayHello`. */
  readonly path: string;
  /** The custom metadata that the client sent. */
  readonly metadata: Metadata;
  /** The address of the client as text. */
  readonly peer: string;
  /** When the client stops waiting; `undefined` if it never does. */
  readonly deadline: Date | undefined;
  /** Is aborted when the call ends before the handler: cancelled, or late. */
  readonly signal: AbortSignal;
  /**
   * Is aborted when the connection begins to retire: its reason is a
   * `DrainNotice`. A long stream should come to an end then.
   */
  readonly draining: AbortSignal;
  /** The initial metadata to send, with the first response at the latest. */
  readonly headers: Metadata;
  /** The trailing metadata to send. */
  readonly trailers: Metadata;
  /** Sends the initial metadata now. */
  sendHeaders(): void;
}
