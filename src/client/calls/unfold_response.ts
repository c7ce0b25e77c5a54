import {
  type CallLedger,
  decompress,
  type MessageEncoding,
  type RawMessage,
} from "../../grpc/mod.ts";
import { unknownEncoding } from "./attempt_errors.ts";

/**
 * Decompresses a response, when there is room for it.
 *
 * @param encoding That of the response; `undefined` is one that is unknown.
 * @param maxLength The longest message to accept, in octets.
 * @param ledger Counts what is held; there is none before the stream is open.
 * @throws {GrpcError} If it cannot be decompressed.
 */
export function unfoldResponse(
  message: RawMessage,
  encoding: MessageEncoding | undefined,
  maxLength: number,
  ledger: CallLedger | undefined,
): Promise<Uint8Array> {
  if (encoding === undefined) return Promise.reject(unknownEncoding());
  return decompress(message, encoding, maxLength, ledger, "response");
}
