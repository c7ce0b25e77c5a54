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
    return new GrpcError(
      Status.DEADLINE_EXCEEDED,
      "Deadline exceeded, for which the server has cancelled the call",
    );
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

/**
 * The deadline of a call, with what it waited for.
 *
 * @param peer The server, once the stream of the attempt is open.
 * @param attempt Whether the headers of its response have come.
 */
export function errorOfDeadline(
  { code, statusMessage }: GrpcError,
  connector: CallConnector,
  peer: string | undefined,
  { committed }: { readonly committed: boolean },
): GrpcError {
  const { what, cause } = peer === undefined
    ? connectionOf(connector)
    : { what: `${committed ? "the rest of the" : "the"} response of ${peer}` };
  return new GrpcError(code, `${statusMessage} while waiting for ${what}`, {
    cause,
  });
}

/** What an attempt waits for whose stream is not open. */
function connectionOf(
  { addresses, connectivity, error: cause }: CallConnector,
): { readonly what: string; readonly cause?: Error } {
  if (connectivity.state === "READY") {
    return { what: "a stream, as many as the server allows are open" };
  }
  const isResolved = addresses !== undefined;
  const what = isResolved ? "a connection" : "name resolution";
  if (cause !== undefined) {
    return { what: `${what}, last error: ${cause.message}`, cause };
  }
  const { reason } = connectivity.current;
  return { what: isResolved ? `${what}: ${reason}` : what };
}

/** The server has sent what is no response of gRPC. */
export function malformed(details: string): GrpcError {
  return new GrpcError(Status.INTERNAL, details);
}
