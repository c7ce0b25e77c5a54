import {
  Batch,
  GrpcError,
  MessageIterator,
  type MessageStream,
  notJustOne,
  type OnlyMessage,
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
 * @param only The only request, if it is known by now what came for it.
 * @throws Whatever the handler throws, for the owner to end the call with.
 */
export async function runHandler(
  { method, handler }: Implementation,
  call: ServerCall,
  only?: OnlyMessage,
): Promise<Uint8Array | undefined> {
  const { requests: intake } = call;
  const requests = method.requestStream ? readRequests(method, call) : readOnly(
    method,
    call,
    only === undefined ? await intake.only() : await intake.open(only),
  );
  const isRoom = call.begin();
  if (isRoom !== undefined) await isRoom;
  if (call.hasEnded) return undefined;
  const result = handler(requests, call);
  call.handlerBegan();
  if (!method.responseStream) return serializeOnly(method, await result, call);
  if (isAsync(result)) await sendAsTheyCome(method, result, call);
  else await sendBatches(method, result, call);
}

/** The octets of the only response. */
export function serializeOnly(
  method: Implementation["method"],
  response: unknown,
  call: ServerCall,
): Uint8Array {
  call.chooseEncoding(response);
  return serialize(method, response);
}

function isAsync(
  responses: AsyncIterable<unknown> | Iterable<unknown>,
): responses is AsyncIterable<unknown> {
  return Object(responses)[Symbol.asyncIterator] != undefined;
}

/**
 * What a generator makes of what is at hand comes every few microtasks: as far
 * as a batch goes, one follows the other before both are sent.
 */
async function sendAsTheyCome(
  method: Implementation["method"],
  responses: AsyncIterable<unknown>,
  call: ServerCall,
): Promise<void> {
  const batch = new Batch(call.clock);
  for await (const response of responses) {
    call.chooseEncoding(response);
    const isOver = batch.add();
    const sending = call.send(serialize(method, response), !isOver);
    if (sending !== undefined) await sending;
    if (isOver || sending !== undefined) batch.renew();
  }
}

/** What answers at once is sent at once, as far as a batch goes. */
async function sendBatches(
  method: Implementation["method"],
  responses: Iterable<unknown>,
  call: ServerCall,
): Promise<void> {
  const batch = new Batch(call.clock);
  for (const item of responses) {
    const response = isThenable(item) ? await item : item;
    call.chooseEncoding(response);
    const sending = call.send(serialize(method, response));
    if (sending === undefined && !batch.add()) continue;
    await sending;
    batch.renew();
  }
}

/** `for await` waits for the items of an iterable that is not async, too. */
export function isThenable(item: unknown): item is PromiseLike<unknown> {
  const isObject = typeof item === "object" && item !== null ||
    typeof item === "function";
  return isObject && "then" in item && typeof item.then === "function";
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

/**
 * Decodes the only request.
 *
 * @throws {GrpcError} If there is another number, or it cannot be decoded.
 */
export function readOnly(
  method: Implementation["method"],
  call: ServerCall,
  payload: Uint8Array | "none" | "several",
): unknown {
  if (typeof payload !== "string") return deserialize(method, call, payload);
  call.chargePeer("wrong number of messages");
  throw notJustOne(payload, "request", method.path);
}

function readRequests(
  method: Implementation["method"],
  call: ServerCall,
): MessageStream<unknown> {
  return new MessageIterator({
    take: () => call.requests.take(),
    next: () => call.requests.next(),
    read: (payload) => deserialize(method, call, payload),
  });
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
