import {
  bytes,
  DecodeError,
  int32,
  messages,
  messageType,
  text,
} from "../proto/mod.ts";
import type { ErrorDetail } from "./error_detail.ts";

/**
 * `google.rpc.Status`, as it travels in `grpc-status-details-bin`: the code and
 * the message again, and the details.
 */
export interface RpcStatus {
  /** Field 1, `int32 code`. */
  readonly code: number;
  /** Field 2, `string message`. */
  readonly message: string;
  /** Field 3, `repeated google.protobuf.Any details`. */
  readonly details: readonly ErrorDetail[];
}

/** The most details that are read of one error; what follows is left out. */
export const MAX_ERROR_DETAILS = 1_000;

const Any = messageType({ typeUrl: text(1), value: bytes(2) });
const Status = messageType({
  code: int32(1),
  message: text(2),
  details: messages(3, () => Any),
});

/** Encodes a status. */
export function encodeRpcStatus(status: RpcStatus): Uint8Array {
  return Status.encode(status);
}

/** Decodes a status; `undefined` for what is none. */
export function decodeRpcStatus(octets: Uint8Array): RpcStatus | undefined {
  try {
    const { details, ...status } = Status.decode(octets);
    const read = details.slice(0, MAX_ERROR_DETAILS)
      // A view would keep all that the trailers came in.
      .map(({ typeUrl, value }) => ({ typeUrl, value: value.slice() }));
    return { ...status, details: read };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
}
