import { GrpcError, Status } from "../../grpc/mod.ts";
import type { CloseReason } from "../../session/mod.ts";

/** What the signal of a call is aborted with when its stream was reset. */
export function errorOfReset(
  code: number,
  by: "local" | "peer",
  reason: string | undefined,
): GrpcError {
  const details = by === "peer"
    ? `the client reset the stream with error code ${code}`
    : reason === undefined
    ? `the stream was reset here with error code ${code}`
    : `refused by this end: ${reason}`;
  return new GrpcError(Status.CANCELLED, details);
}

/** What it is aborted with, and the client is told, after the deadline. */
export function deadlineError(): GrpcError {
  const details = "the deadline passed before the handler had finished";
  return new GrpcError(Status.DEADLINE_EXCEEDED, details);
}

/** What it is aborted with when its connection has ended. */
export function errorOfClose(reason: CloseReason): GrpcError {
  const { message } = reason;
  return new GrpcError(Status.CANCELLED, message, { cause: reason });
}
