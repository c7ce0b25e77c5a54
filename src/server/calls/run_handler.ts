import {
  GrpcError,
  notJustOne,
  requireOctets,
  Status,
} from "../../grpc/mod.ts";
import { messageOf } from "../../transport/mod.ts";
import type { Implementation } from "./handler.ts";
import type { ServerCall } from "./server_call.ts";

/**
 * Runs a handler on its call. A stream of responses is sent; an only response
 * is answered, for the owner to send it together with the status.
 *
 * @throws Whatever the handler throws, for the owner to end the call with.
 */
export async function runHandler(
  { method, handler }: Implementation,
  call: ServerCall,
): Promise<Uint8Array | undefined> {
  const requests = method.requestStream
    ? readRequests(method, call)
    : deserialize(method, call, requireOnly(method, call, await call.only()));
  const isRoom = call.begin();
  if (isRoom !== undefined) await isRoom;
  if (call.hasEnded) return undefined;
  const result = handler(requests, call);
  call.handlerBegan();
  if (!method.responseStream) {
    const response = await result;
    call.chooseEncoding(response);
    return serialize(method, response);
  }
  for await (const response of result) {
    call.chooseEncoding(response);
    await call.send(serialize(method, response));
  }
}

/** A response cannot be sent; what its serializer threw is the cause. */
class SerializationError extends TypeError {}

function serialize(
  method: Implementation["method"],
  response: unknown,
): Uint8Array {
  try {
    const payload = method.responseSerialize(response);
    requireOctets(payload);
    return payload;
  } catch (cause) {
    throw new SerializationError(
      `Cannot serialize a response of ${method.path}: ${messageOf(cause)}`,
      { cause },
    );
  }
}

/**
 * The status for what a handler has thrown. Its error is its own business,
 * unless it is a `GrpcError`, which is meant for the client.
 */
export function statusOfThrown(error: unknown): GrpcError {
  if (error instanceof GrpcError) return error;
  if (error instanceof SerializationError) {
    const details = "the server cannot serialize its response";
    return new GrpcError(Status.INTERNAL, details, { cause: error });
  }
  return new GrpcError(Status.UNKNOWN, "the handler failed", { cause: error });
}

function requireOnly(
  { path }: Implementation["method"],
  call: ServerCall,
  payload: Uint8Array | "none" | "several",
): Uint8Array {
  if (typeof payload !== "string") return payload;
  call.chargePeer("wrong number of messages");
  throw notJustOne(payload, "request", path);
}

async function* readRequests(
  method: Implementation["method"],
  call: ServerCall,
): AsyncGenerator<unknown> {
  for (
    let payload = await call.next();
    payload !== undefined;
    payload = await call.next()
  ) {
    yield deserialize(method, call, payload);
  }
}

function deserialize(
  method: Implementation["method"],
  call: ServerCall,
  payload: Uint8Array,
): unknown {
  try {
    return method.requestDeserialize(payload);
  } catch (error) {
    call.chargePeer("message that cannot be decoded");
    throw new GrpcError(
      Status.INTERNAL,
      `Received a request for ${method.path} that cannot be decoded`,
      { cause: error },
    );
  }
}
