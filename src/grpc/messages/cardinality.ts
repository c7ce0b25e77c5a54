import { GrpcError } from "../grpc_error.ts";
import { Status } from "../status.ts";

/** The status of a call with another number of messages than one. */
export function notJustOne(
  received: "none" | "several",
  what: "request" | "response",
  path: string,
): GrpcError {
  const count = received === "none" ? "no" : "more than one";
  return new GrpcError(
    Status.INTERNAL,
    `Received ${count} ${what} for ${path}, expected one`,
  );
}
