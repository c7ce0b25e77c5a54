import { GrpcError } from "../grpc_error.ts";
import { Status } from "../status.ts";

/**
 * Checks what the prefix of a message says.
 *
 * @param flag Its compressed flag.
 * @param length The octets of the message.
 * @param maxLength The most that are accepted.
 * @throws {GrpcError} RESOURCE_EXHAUSTED if the message is too long, INTERNAL
 * if the flag is malformed.
 */
export function checkPrefix(
  flag: number,
  length: number,
  maxLength: number,
): void {
  if (flag > 1) {
    throw new GrpcError(
      Status.INTERNAL,
      `Received a message with the compressed flag ${flag}, expected 0 or 1`,
    );
  }
  if (length > maxLength) {
    throw new GrpcError(
      Status.RESOURCE_EXHAUSTED,
      `Received message larger than max (${length} vs. ${maxLength})`,
    );
  }
}
