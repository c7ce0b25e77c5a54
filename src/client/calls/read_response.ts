import {
  GrpcError,
  type MethodDefinition,
  notJustOne,
  Status,
} from "../../grpc/mod.ts";

/**
 * Decodes a response.
 *
 * @throws {GrpcError} If it cannot be decoded.
 */
export function readResponse(
  method: MethodDefinition<unknown, unknown>,
  payload: Uint8Array,
): unknown {
  try {
    return method.responseDeserialize(payload);
  } catch (cause) {
    throw new GrpcError(
      Status.INTERNAL,
      `Received a response for ${method.path} that cannot be decoded`,
      { cause },
    );
  }
}

/**
 * Decodes the only response.
 *
 * @throws {GrpcError} If there is another number, or it cannot be decoded.
 */
export function readOnly(
  method: MethodDefinition<unknown, unknown>,
  payload: Uint8Array | "none" | "several",
): unknown {
  if (typeof payload !== "string") return readResponse(method, payload);
  throw notJustOne(payload, "response", method.path);
}
