import type { DescMessage, DescMethod, MessageShape } from "@bufbuild/protobuf";
import type {
  StreamRequest,
  StreamResponse,
  UnaryRequest,
  UnaryResponse,
} from "@connectrpc/connect";
import type { Channel } from "../client/mod.ts";
import type { CallOptions } from "../grpc/mod.ts";
import { type MethodDefinitionOf, serviceDefinition } from "../protobuf/mod.ts";
import { rethrow, toConnectError } from "./errors.ts";
import { addTo, toMetadata } from "./headers.ts";

/** Makes a unary call of Connect through a channel. */
export async function runUnary<I extends DescMessage, O extends DescMessage>(
  channel: Channel,
  request: UnaryRequest<I, O>,
  deadline: Date | undefined,
): Promise<UnaryResponse<I, O>> {
  const { service, method } = request;
  const header = new Headers();
  const trailer = new Headers();
  try {
    const message = await channel.unary(definitionOf(method), request.message, {
      ...optionsOf(request, deadline),
      onHeaders: (metadata) => addTo(header, metadata),
      onTrailers: (metadata) => addTo(trailer, metadata),
    }) as MessageShape<O>;
    return { stream: false, service, method, header, trailer, message };
  } catch (error) {
    throw toConnectError(error);
  }
}

/**
 * Makes a call of Connect with streams, of any kind, through a channel: the
 * response is there with its headers, and its trailers with the last message.
 */
export async function runStream<I extends DescMessage, O extends DescMessage>(
  channel: Channel,
  request: StreamRequest<I, O>,
  deadline: Date | undefined,
): Promise<StreamResponse<I, O>> {
  const { service, method } = request;
  const header = new Headers();
  const trailer = new Headers();
  const begun = Promise.withResolvers<void>();
  const responses = channel.bidiStreaming(
    definitionOf(method),
    request.message,
    {
      ...optionsOf(request, deadline),
      onHeaders(metadata) {
        addTo(header, metadata);
        begun.resolve();
      },
      onTrailers: (metadata) => addTo(trailer, metadata),
    },
  ) as AsyncGenerator<MessageShape<O>>;
  const first = responses.next();
  try {
    await Promise.race([begun.promise, first]);
  } catch (error) {
    throw toConnectError(error);
  }
  // A failure after the headers is told to who reads the messages.
  first.catch(() => {});
  const message = readAll(first, responses);
  return { stream: true, service, method, header, trailer, message };
}

/** The messages; to leave ends the call at once, also while one is waited for. */
function readAll<Message>(
  first: Promise<IteratorResult<Message, void>>,
  rest: AsyncGenerator<Message>,
): AsyncIterableIterator<Message> {
  let ahead: typeof first | undefined = first;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const next = ahead ?? rest.next();
      ahead = undefined;
      return next.catch(rethrow);
    },
    async return() {
      await rest.return(undefined);
      return { done: true, value: undefined };
    },
  };
}

function definitionOf(method: DescMethod): MethodDefinitionOf<DescMethod> {
  return serviceDefinition(method.parent)[method.localName];
}

function optionsOf(
  { header, signal }: UnaryRequest | StreamRequest,
  deadline: Date | undefined,
): CallOptions {
  return {
    metadata: toMetadata(header),
    signal,
    ...(deadline === undefined ? {} : { deadline }),
  };
}
