import { display, refusal, requireKnownKeys } from "../options/mod.ts";
import type { CloseReason } from "../session/mod.ts";
import type { ConnectionRecording } from "./connection_recording.ts";
import { Metadata } from "./metadata.ts";
import { Status, statusName } from "./status.ts";

/** Where to find what happened before the ends of connections. */
const recordings = new WeakMap<object, () => ConnectionRecording>();

/**
 * The errors of calls that an end of a connection has failed tell what happened
 * before, for as long as they are there.
 */
export function keepRecording(
  reason: CloseReason,
  take: () => ConnectionRecording,
): void {
  recordings.set(reason, take);
}

/**
 * A call ended with another status than OK. A client's call throws one; a
 * handler throws one to choose the status.
 *
 * The `cause` is what lay behind it at this end: a `CloseReason` if the
 * connection ended, a `DialError` if none could be made, the reason of the
 * signal that cancelled the call. A status that the server has sent has none.
 *
 * @example Tell a server that is away from one that refuses
 * ```ts
 * import {
 *   Channel,
 *   createClient,
 *   DialError,
 *   GrpcError,
 *   HealthDefinition,
 *   Status,
 * } from "@keepalive/grpc";
 *
 * await using channel = new Channel("127.0.0.1:1");
 * const health = createClient(HealthDefinition, channel);
 * try {
 *   await health.check({ service: "" }, { deadline: 5_000 });
 * } catch (error) {
 *   if (!(error instanceof GrpcError)) throw error;
 *   console.log(error.code === Status.UNAVAILABLE); // true
 *   console.log(error.cause instanceof DialError); // true
 * }
 * ```
 */
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
   * What happened to the connection before, if it was its end that failed the
   * call, and it was recorded: by the recorder that each channel has, or by one of
   * the user's. It is plain data, and taken from the recorder when it is asked for.
   */
  get recording(): ConnectionRecording | undefined {
    const { cause } = this;
    const isReason = typeof cause === "object" && cause !== null;
    return isReason ? recordings.get(cause)?.() : undefined;
  }

  /**
   * Describes a failed call. A handler throws one to choose the status.
   *
   * @param code The status code, 1 to 16, see `Status`.
   * @param details The status message.
   * @param options Has `metadata`, the trailers, and `cause`.
   * @throws {TypeError} If the code is no number, the message no text, or an
   * option unknown.
   * @throws {RangeError} If the code is none of an error.
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

  /**
   * Describes what a peer has sent: its code may be one that gRPC did not know
   * when this was written, and is kept as it is.
   */
  static received(
    code: number,
    details: string,
    metadata: Metadata,
  ): GrpcError {
    if (code <= Status.UNAUTHENTICATED) {
      return new GrpcError(code, details, { metadata });
    }
    const error = new GrpcError(Status.UNKNOWN, details, { metadata });
    return Object.assign(error, { code, message: `${code}: ${details}` });
  }
}

function requireError(code: number, details: string): void {
  if (code === Status.OK) {
    throw new RangeError(
      "Cannot use the status code 0, which is OK: an error has one from 1 to 16",
    );
  }
  const { UNAUTHENTICATED } = Status;
  if (!Number.isInteger(code) || code < 1 || code > UNAUTHENTICATED) {
    throw refusal(
      "the status code",
      "one of Status, an integer from 1 to 16",
      code,
      "number",
    );
  }
  if (typeof details !== "string") {
    throw new TypeError(
      `Cannot use the status message: expected a string, received ${
        display(details)
      }`,
    );
  }
}
