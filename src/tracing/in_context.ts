import type { ClientRequest } from "../grpc/mod.ts";
import type { Context, ContextManager } from "./api.ts";

type Iteration = AsyncIterator<unknown> | Iterator<unknown>;

/**
 * A call whose requests are made in the context of its caller: the body of a
 * generator runs in that of whoever asks for the next one, which may be a read
 * loop.
 */
export function inContext(
  request: ClientRequest,
  contexts: ContextManager,
  context: Context,
): ClientRequest {
  const { messages, method } = request;
  if (!method.requestStream) return request;
  const inside = <Result>(run: () => Result) => contexts.with(context, run);
  const begin = <Begun extends Iteration>(make: () => Begun): Begun => {
    const iteration = inside(make);
    return {
      next: () => inside(() => iteration.next()),
      return: () => inside(() => iteration.return?.()),
    } as unknown as Begun;
  };
  const wrapped = Symbol.asyncIterator in messages
    ? {
      [Symbol.asyncIterator]: () =>
        begin(() => messages[Symbol.asyncIterator]()),
    }
    : { [Symbol.iterator]: () => begin(() => messages[Symbol.iterator]()) };
  return { ...request, messages: wrapped };
}
