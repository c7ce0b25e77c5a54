import { ErrorCode } from "../../frames/mod.ts";
import { GrpcError, Status, statusOfReset } from "../../grpc/mod.ts";
import type { CloseReason } from "../../session/mod.ts";
import type { CallConnector } from "./call_host.ts";

/** The status of an attempt whose connection has ended. */
export function errorOfClose(reason: CloseReason): GrpcError {
  const status = reason.kind === "internal-error"
    ? Status.INTERNAL
    : Status.UNAVAILABLE;
  return new GrpcError(status, reason.message, { cause: reason });
}

/**
 * The status of an attempt whose stream was reset. Where this end has done it,
 * as it does not accept what the server sent, a field section that is too large
 * has a code of its own, like a message that is too large. A server that cancels
 * a call whose deadline is over does it for that, as grpc-go takes it.
 *
 * @param timeLeft Milliseconds until the deadline.
 */
export function errorOfReset(
  code: number,
  by: "local" | "peer",
  unprocessed: boolean,
  reason: string | undefined,
  timeLeft = Infinity,
): GrpcError {
  const isForDeadline = by === "peer" && code === ErrorCode.CANCEL &&
    timeLeft <= 0;
  if (isForDeadline) {
    return new GrpcError(Status.DEADLINE_EXCEEDED, "Deadline exceeded");
  }
  const details = by === "local"
    ? reason === undefined
      ? `the stream was reset by this end with error code: ${code}`
      : `refused by this end: ${reason}`
    : unprocessed
    ? "the server has not processed the call"
    : `stream terminated by RST_STREAM with error code: ${code}`;
  return new GrpcError(statusOfReset(code), details);
}

/** It matters for compressed messages only: others, and a status, are read. */
export function unknownEncoding(): GrpcError {
  return new GrpcError(
    Status.INTERNAL,
    "Received a message in an encoding other than identity and gzip",
  );
}

/** The deadline of an attempt that was not opened, with what it waited for. */
export function errorOfWaiting(
  deadline: GrpcError,
  { connectivity, error: cause }: CallConnector,
): GrpcError {
  const isReady = connectivity.state === "READY";
  const what = isReady
    ? "a stream, as many as the server allows are open"
    : "a connection";
  const why = cause !== undefined
    ? `, last error: ${cause.message}`
    : isReady
    ? ""
    : `: ${connectivity.current.reason}`;
  return new GrpcError(
    Status.DEADLINE_EXCEEDED,
    `${deadline.statusMessage} while waiting for ${what}${why}`,
    { cause },
  );
}

/** The server has sent what is no response of gRPC. */
export function malformed(details: string): GrpcError {
  return new GrpcError(Status.INTERNAL, details);
}
