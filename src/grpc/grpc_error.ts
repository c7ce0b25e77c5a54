import { requireKnownKeys } from "../options/mod.ts";
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
   * @throws {RangeError} If the code is none of an error.
   * @throws {TypeError} If the message is no text, or an option unknown.
   */
  constructor(
    code: number,
    details: string,
    options: { metadata?: Metadata; cause?: unknown } = {},
  ) {
    requireError(code, details);
    requireKnownKeys("the options of a GrpcError", options, [
      "metadata",
      "cause",
    ]);
    super(`${statusName(code)}: ${details}`, { cause: options.cause });
    this.code = code;
    this.details = details;
    this.metadata = options.metadata instanceof Metadata
      ? options.metadata
      : new Metadata(options.metadata);
  }
}

function requireError(code: number, details: string): void {
  if (!Number.isInteger(code) || code < 1) {
    throw new RangeError(
      `Cannot use the status code ${code}: expected an integer above 0, which is OK`,
    );
  }
  if (typeof details !== "string") {
    throw new TypeError(
      `Cannot use the status message: expected a string, received ${typeof details}`,
    );
  }
}
