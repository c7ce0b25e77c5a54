import { GrpcError } from "../grpc_error.ts";
import { Status } from "../status.ts";

/** What a message is, to say whose limit it is above; unset in between. */
export type MessageKind = "request" | "response" | undefined;

/** Whose limit a message is above, and which. */
const LIMIT = {
  request: ": the request is above the server's maxReceiveMessageLength",
  response: ": the response is above maxReceiveMessageLength of the call",
} as const;

/**
 * The error for a message that is too long, as grpc-go puts it, and whose limit
 * that is.
 *
 * @param note More about its length, such as that it was compressed.
 */
export function tooLong(
  kind: MessageKind,
  length: number,
  maxLength: number,
  note = "",
): GrpcError {
  const whose = kind === undefined ? "" : LIMIT[kind];
  return new GrpcError(
    Status.RESOURCE_EXHAUSTED,
    `Received message larger than max${note} (${length} vs. ${maxLength})${whose}`,
  );
}

/**
 * Checks what the prefix of a message says.
 *
 * @param flag Its compressed flag.
 * @param length The octets of the message.
 * @param maxLength The most that are accepted.
 * @param kind Says whose limit that is.
 * @throws {GrpcError} RESOURCE_EXHAUSTED if the message is too long, INTERNAL
 * if the flag is malformed.
 */
export function checkPrefix(
  flag: number,
  length: number,
  maxLength: number,
  kind?: MessageKind,
): void {
  if (flag > 1) {
    throw new GrpcError(
      Status.INTERNAL,
      `Received a message with the compressed flag ${flag}, expected 0 or 1`,
    );
  }
  if (length > maxLength) throw tooLong(kind, length, maxLength);
}
