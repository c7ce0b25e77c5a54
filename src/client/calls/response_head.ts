import type { HeaderField } from "../../hpack/mod.ts";
import { POLICY_FIELD } from "../../keepalive/mod.ts";
import {
  binaryProblem,
  decodeStatusMessage,
  fieldOf,
  GrpcError,
  isGrpcContentType,
  lastOf,
  type MessageEncoding,
  messageEncoding,
  Metadata,
  Status,
  statusName,
  statusOfHttp,
} from "../../grpc/mod.ts";
import { UsualFields } from "./usual_fields.ts";

/** What response headers say, besides their metadata. */
export type ResponseHead =
  /** They are informational, the real ones are to follow. */
  | { readonly kind: "informational" }
  /** They end the call. */
  | { readonly kind: "problem"; readonly error: GrpcError }
  /** Messages follow, in an encoding; `undefined` is one that is unknown. */
  | {
    readonly kind: "response";
    /** See {@linkcode statusOfHead}. */
    readonly early: GrpcError | undefined;
    readonly encoding: MessageEncoding | undefined;
    /** What the server tells of its enforcement policy. */
    readonly policy?: string | undefined;
  };

const INFORMATIONAL: ResponseHead = { kind: "informational" };
const PLAIN: ResponseHead = {
  kind: "response",
  early: undefined,
  encoding: "identity",
};

/** Response headers that announce plain messages, and no error. */
const PLAIN_HEADS = new UsualFields();

/** Reads response headers. */
export function readHead(fields: readonly HeaderField[]): ResponseHead {
  if (PLAIN_HEADS.has(fields)) return PLAIN;
  if (isInformational(fields)) return INFORMATIONAL;
  const error = responseProblem(fields);
  if (error !== undefined) return { kind: "problem", error };
  const early = statusOfHead(fields);
  const encoding = messageEncoding(fields);
  const policy = fieldOf(fields, POLICY_FIELD);
  const isPlain = early === undefined && encoding === "identity";
  if (isPlain && policy === undefined) PLAIN_HEADS.note(fields);
  const head = { kind: "response", early, encoding } as const;
  return policy === undefined ? head : { ...head, policy };
}

/** Whether headers are informational, with the real ones to follow. */
export function isInformational(fields: readonly HeaderField[]): boolean {
  return fieldOf(fields, ":status")?.startsWith("1") ?? false;
}

/**
 * What is wrong with response headers, if anything: they must be those of a
 * gRPC server, not of a proxy that answers in its place. As in grpc-go, the
 * content type tells them apart. A proxy that knows gRPC says `grpc-status`.
 */
export function responseProblem(
  fields: readonly HeaderField[],
): GrpcError | undefined {
  if (!isOfGrpc(fields)) return statusOfHead(fields) ?? httpError(fields);
  const malformed = binaryProblem(fields);
  if (malformed === undefined) return undefined;
  const metadata = Metadata.fromFields(fields);
  return new GrpcError(Status.INTERNAL, malformed, { metadata });
}

function isOfGrpc(fields: readonly HeaderField[]): boolean {
  return isGrpcContentType(fieldOf(fields, "content-type")) &&
    fieldOf(fields, ":status") !== undefined;
}

/**
 * The error that response headers tell of by themselves, if they do: it holds
 * when the response ends without trailers. They have no word on success.
 */
export function statusOfHead(
  fields: readonly HeaderField[],
): GrpcError | undefined {
  if (lastOf(fields, "grpc-status") !== undefined) {
    return errorOf(fields, Metadata.fromFields(fields));
  }
  return fieldOf(fields, ":status") === "200" ? undefined : httpError(fields);
}

function httpError(fields: readonly HeaderField[]): GrpcError {
  const httpStatus = fieldOf(fields, ":status") ?? "none";
  const contentType = fieldOf(fields, "content-type") ?? "";
  return new GrpcError(
    statusOfHttp(Number(httpStatus)),
    `unexpected HTTP status code received from server: ${httpStatus}; content-type: "${contentType}"`,
    { metadata: Metadata.fromFields(fields) },
  );
}

/** How a call ended. */
export interface Outcome {
  /** The error; `undefined` if the status is OK. */
  readonly error: GrpcError | undefined;
  /** The trailers. */
  readonly trailers: Metadata;
}

/** OK. Few look at its trailers: they are read for those who do. */
class Success implements Outcome {
  readonly error = undefined;
  readonly #fields: readonly HeaderField[];

  constructor(fields: readonly HeaderField[]) {
    this.#fields = fields;
  }

  get trailers(): Metadata {
    return Metadata.fromFields(this.#fields);
  }
}

/**
 * Reads the status of a call from its trailers.
 *
 * @param hasHead Whether response headers came before; if not, these are
 * trailers-only, and must be those of a gRPC server.
 * @param early What those headers said of an error, see `statusOfHead`.
 */
export function readTrailers(
  fields: readonly HeaderField[],
  hasHead: boolean,
  early?: GrpcError,
): Outcome {
  if (SUCCESSES.has(fields)) return success;
  const trailers = Metadata.fromFields(fields);
  const hasStatus = lastOf(fields, "grpc-status") !== undefined;
  const told = hasStatus
    ? errorOf(fields, trailers)
    : hasHead
    ? early ?? withoutStatus(trailers)
    : withoutHead(fields) ?? withoutStatus(trailers);
  const error = malformedOr(told, fields, trailers);
  const isSuccess = hasStatus && error === undefined;
  if (isSuccess && SUCCESSES.note(fields)) success = new Success(fields);
  return { error, trailers };
}

/** Trailers that tell of success, and what calls that end with just these have. */
const SUCCESSES = new UsualFields();
let success = new Success([]);

function withoutHead(fields: readonly HeaderField[]): GrpcError | undefined {
  return statusOfHead(fields) ??
    (isOfGrpc(fields) ? undefined : httpError(fields));
}

function withoutStatus(metadata: Metadata): GrpcError {
  return new GrpcError(
    Status.UNKNOWN,
    "the server ended the call without grpc-status",
    { metadata },
  );
}

/** As in grpc-go; the status that came with it is told, too. */
function malformedOr(
  error: GrpcError | undefined,
  fields: readonly HeaderField[],
  metadata: Metadata,
): GrpcError | undefined {
  const problem = binaryProblem(fields);
  if (problem === undefined) return error;
  const status = error === undefined ? statusName(Status.OK) : error.message;
  const details = `${problem}; the status was ${status}`;
  return new GrpcError(Status.INTERNAL, details, { metadata });
}

/** "Status → 1*DIGIT": no sign, no fraction, and no more than 31 bits. */
const CODE = /^\d{1,10}$/;
const LARGEST_CODE = 2 ** 31 - 1;

/** Characters of a field that are told. */
const SHOWN_LENGTH = 200;

/**
 * The error that `grpc-status` and `grpc-message` tell, or `undefined` for OK.
 * Of several, the last counts, as in grpc-go, grpc-java and Core.
 */
function errorOf(
  fields: readonly HeaderField[],
  metadata: Metadata,
): GrpcError | undefined {
  const status = lastOf(fields, "grpc-status") ?? "";
  const message = decodeStatusMessage(lastOf(fields, "grpc-message") ?? "");
  const code = CODE.test(status) ? Number(status) : Infinity;
  if (code === Status.OK) return undefined;
  if (code <= LARGEST_CODE) return GrpcError.received(code, message, metadata);
  const note = `malformed grpc-status "${status.slice(0, SHOWN_LENGTH)}"`;
  const details = message === "" ? note : `${message} (${note})`;
  return new GrpcError(Status.UNKNOWN, details, { metadata });
}
