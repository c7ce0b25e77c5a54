import type { HeaderField } from "../hpack/mod.ts";
import { isMessageEncoding } from "./compression.ts";
import type { MessageEncoding } from "./encoding.ts";
import { fieldOf } from "./fields.ts";
import { GrpcError } from "./grpc_error.ts";
import { Metadata } from "./metadata.ts";
import { decodeStatusMessage } from "./percent.ts";
import { Status, statusOfHttp } from "./status.ts";

/** Whether headers are informational, with the real ones to follow. */
export function isInformational(fields: readonly HeaderField[]): boolean {
  return fieldOf(fields, ":status")?.startsWith("1") ?? false;
}

/** Whether a content type is one of gRPC; parameters say nothing. */
export function isGrpcContentType(contentType: string | undefined): boolean {
  return contentType !== undefined &&
    /^application\/grpc(?:[+; \t]|$)/i.test(contentType);
}

/**
 * What is wrong with response headers, if anything: they must be those of a
 * gRPC server, not of a proxy that answers in its place.
 */
export function responseProblem(
  fields: readonly HeaderField[],
): GrpcError | undefined {
  const httpStatus = Number(fieldOf(fields, ":status"));
  const contentType = fieldOf(fields, "content-type");
  if (httpStatus === 200 && isGrpcContentType(contentType)) return undefined;
  return new GrpcError(
    statusOfHttp(httpStatus),
    `unexpected HTTP status code received from server: ${httpStatus}; content-type: "${
      contentType ?? ""
    }"`,
    { metadata: Metadata.fromFields(fields) },
  );
}

/**
 * The encoding that the peer's messages have; `undefined` for an unknown one.
 * "All content codings are case-insensitive" (RFC 9110 section 8.4.1), and an
 * empty value is none, as in grpc-go.
 */
export function messageEncoding(
  fields: readonly HeaderField[],
): MessageEncoding | undefined {
  const value = fieldOf(fields, "grpc-encoding");
  if (value === undefined || value === "") return "identity";
  const name = value.toLowerCase();
  return isMessageEncoding(name) ? name : undefined;
}

/** How a call ended. */
export interface Outcome {
  /** The error; `undefined` if the status is OK. */
  readonly error: GrpcError | undefined;
  /** The trailers. */
  readonly trailers: Metadata;
}

/**
 * Reads the status of a call from its trailers.
 *
 * @param hasHead Whether response headers came before; if not, these are
 * trailers-only, and must be those of a gRPC server.
 */
export function readTrailers(
  fields: readonly HeaderField[],
  hasHead: boolean,
): Outcome {
  const metadata = Metadata.fromFields(fields);
  const status = fieldOf(fields, "grpc-status");
  if (status === undefined) {
    const problem = hasHead ? undefined : responseProblem(fields);
    const error = problem ?? new GrpcError(
      Status.UNKNOWN,
      "the server ended the call without grpc-status",
      { metadata },
    );
    return { error, trailers: metadata };
  }
  const code = /^\d{1,10}$/.test(status) ? Number(status) : Status.UNKNOWN;
  const details = decodeStatusMessage(fieldOf(fields, "grpc-message") ?? "");
  const error = code === Status.OK
    ? undefined
    : new GrpcError(code, details, { metadata });
  return { error, trailers: metadata };
}
