import { Metadata } from "./metadata.ts";
import { statusName } from "./status.ts";

/** A call ended with another status than OK. */
export class GrpcError extends Error {
  /** The name of the class. */
  override readonly name: string = "GrpcError";
  /** The status code, see `Status`. */
  readonly code: number;
  /** The status message as it was sent. */
  readonly details: string;
  /** The trailers: what the server wants to say in addition. */
  readonly metadata: Metadata;

  /**
   * Describes a failed call. A handler throws one to choose the status.
   *
   * @param code The status code, see `Status`.
   * @param details The status message.
   * @param options Has `metadata`, the trailers, and `cause`.
   */
  constructor(
    code: number,
    details: string,
    options: { metadata?: Metadata; cause?: unknown } = {},
  ) {
    super(`${statusName(code)}: ${details}`, { cause: options.cause });
    this.code = code;
    this.details = details;
    this.metadata = options.metadata ?? new Metadata();
  }
}
