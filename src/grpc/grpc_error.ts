import { display, refusal, requireKnownKeys } from "../options/mod.ts";
import type { CloseReason } from "../session/mod.ts";
import {
  decoderOf,
  DETAILS_KEY,
  detailsOf,
  type DetailType,
  type ErrorDetail,
  requireDetails,
} from "./error_detail.ts";
import type { ConnectionRecording } from "./connection_recording.ts";
import { Metadata } from "./metadata.ts";
import { decodeRpcStatus, encodeRpcStatus } from "./rpc_status.ts";
import { type Inspect, showError } from "./show_error.ts";
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

/** What a {@linkcode GrpcError} has besides its status. */
export interface GrpcErrorOptions {
  /**
   * What the error has to say to programs; the trailer `grpc-status-details-bin`
   * carries it.
   */
  details?: readonly ErrorDetail[];
  /** The trailers: what the server wants to say in addition. */
  metadata?: Metadata;
  /** What lies behind it; it is not sent. */
  cause?: unknown;
}

/**
 * A call ended with another status than OK. A client's call throws one; a
 * handler throws one to choose the status.
 *
 * The `cause` is what lay behind it at this end: a `CloseReason` if the
 * connection ended, a `DialError` if none could be made, the reason of the
 * signal that cancelled the call. A status that the server has sent has none.
 *
 * `console.log` shows the keys of its metadata and the types of its details with
 * their lengths, not their values: these may be nobody's business who reads logs.
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
  /**
   * The status message as it was sent, `grpc-message`; the `message` of the error
   * has the name of the code before it.
   *
   * Equivalent to grpc-go `Status.Message`, grpc-java `Status.getDescription`,
   * `details` in grpc-js, `rawMessage` in Connect.
   */
  readonly statusMessage: string;
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
   * What the error has to say to programs, from the trailer
   * `grpc-status-details-bin`; empty when there is none, or none that is whole.
   *
   * Equivalent to grpc-go `Status.Details`, grpc-java `StatusProto`.
   */
  get details(): readonly ErrorDetail[] {
    const octets = this.metadata.get(DETAILS_KEY);
    if (!(octets instanceof Uint8Array)) return [];
    return decodeRpcStatus(octets)?.details ?? [];
  }

  /**
   * The details of a type, decoded, in their order. One that cannot be decoded
   * is left out.
   *
   * @throws {TypeError} If the type cannot decode itself.
   */
  findDetails<Detail>(type: DetailType<Detail>): Detail[] {
    const { typeName, decode } = decoderOf(type);
    return detailsOf(this.details, typeName, decode);
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](
    _depth: number,
    options: unknown,
    inspect: Inspect,
  ): string {
    return showError(this, this.details, options, inspect);
  }

  /**
   * Describes a failed call. A handler throws one to choose the status.
   *
   * @param code The status code, 1 to 16, see `Status`.
   * @param statusMessage The status message.
   * @param options Has `details`, for programs; `metadata`, the trailers; and
   * `cause`.
   * @throws {TypeError} If the code is no number, the message no text, an
   * option unknown, or details are both given and in the metadata.
   * @throws {RangeError} If the code is none of an error.
   */
  constructor(
    code: number,
    statusMessage: string,
    options: GrpcErrorOptions = {},
  ) {
    requireError(code, statusMessage);
    requireKnownKeys("the options of a GrpcError", options, [
      "details",
      "metadata",
      "cause",
    ]);
    const { cause } = options;
    super(
      `${statusName(code)}: ${statusMessage}`,
      cause === undefined ? undefined : { cause },
    );
    this.code = code;
    this.statusMessage = statusMessage;
    this.metadata = withDetails(code, statusMessage, options);
  }

  /**
   * Describes what a peer has sent: its code may be one that gRPC did not know
   * when this was written, and is kept as it is.
   */
  static received(
    code: number,
    statusMessage: string,
    metadata: Metadata,
  ): GrpcError {
    if (code <= Status.UNAUTHENTICATED) {
      return new GrpcError(code, statusMessage, { metadata });
    }
    const error = new GrpcError(Status.UNKNOWN, statusMessage, { metadata });
    return Object.assign(error, { code, message: `${code}: ${statusMessage}` });
  }
}

/**
 * The trailers of an error, its details included; the given metadata is left as
 * it is.
 */
function withDetails(
  code: number,
  message: string,
  { details, metadata: given }: GrpcErrorOptions,
): Metadata {
  const metadata = given instanceof Metadata ? given : new Metadata(given);
  if (details === undefined) return metadata;
  requireDetails(details);
  if (metadata.has(DETAILS_KEY)) {
    throw new TypeError(
      `Cannot use the details of a GrpcError: its metadata has ${DETAILS_KEY} already; give one of the two`,
    );
  }
  if (details.length === 0) return metadata;
  const all = new Metadata(metadata);
  all.set(DETAILS_KEY, encodeRpcStatus({ code, message, details }));
  return all;
}

function requireError(code: number, statusMessage: string): void {
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
  if (typeof statusMessage !== "string") {
    throw new TypeError(
      `Cannot use the status message: expected a string, received ${
        display(statusMessage)
      }`,
    );
  }
}
