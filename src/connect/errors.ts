import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type ErrorDetail, GrpcError, Status } from "../grpc/mod.ts";
import { toHeaders, toMetadata } from "./headers.ts";

const PREFIX = "type.googleapis.com/";

/** The error of a call, as clients of Connect expect it. */
export function toConnectError(error: unknown): ConnectError {
  if (!(error instanceof GrpcError)) return ConnectError.from(error);
  // The reason of the signal: Connect's own end of a call, its timeout included.
  if (
    error.code === Status.CANCELLED && error.cause instanceof ConnectError
  ) return error.cause;
  const { code, statusMessage, metadata, details } = error;
  const known = code in Code ? code as Code : Code.Unknown;
  const converted = new ConnectError(
    statusMessage,
    known,
    toHeaders(metadata),
    undefined,
    error,
  );
  converted.details = details.map(({ typeUrl, value }) => ({
    type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1),
    value,
  }));
  return converted;
}

/** What a handler of Connect has thrown, as the status to send. */
export function toGrpcError(error: unknown): unknown {
  if (!(error instanceof ConnectError)) return error;
  const metadata = toMetadata(error.metadata);
  metadata.delete("grpc-status-details-bin");
  return new GrpcError(error.code, error.rawMessage, {
    details: error.details.map(toDetail),
    metadata,
    cause: error,
  });
}

function toDetail(detail: ConnectError["details"][number]): ErrorDetail {
  if ("type" in detail) {
    return { typeUrl: PREFIX + detail.type, value: detail.value };
  }
  const { desc, value } = detail;
  return {
    typeUrl: PREFIX + desc.typeName,
    value: toBinary(desc, create(desc, value)),
  };
}

/** Throws an error as one of Connect. */
export function rethrow(error: unknown): never {
  throw toConnectError(error);
}
