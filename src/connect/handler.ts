import {
  create,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import {
  createHandlerContext,
  type HandlerContext,
  type Interceptor,
  type MethodImplSpec,
  type StreamRequest,
  type UnaryRequest,
} from "@connectrpc/connect";
import type { CallContext } from "../grpc/mod.ts";
import { clockOf } from "../server/mod.ts";
import { toGrpcError } from "./errors.ts";
import { toHeaders, toMetadata } from "./headers.ts";
import { intercepted } from "./intercepted.ts";
import { ResponseHeaders } from "./response_headers.ts";

type Message = MessageShape<DescMessage>;
type Init = MessageInitShape<DescMessage>;

/** What serves a method of Connect: requests or one of them, by its kind. */
export function handlerOf(
  spec: MethodImplSpec,
  interceptors: readonly Interceptor[],
  // deno-lint-ignore no-explicit-any
): (given: any, call: CallContext) => any {
  switch (spec.kind) {
    case "unary":
      return (request, call) => unary(spec, interceptors, request, call);
    case "server_streaming":
      return (request, call) =>
        streaming(spec, interceptors, only(request), call);
    case "client_streaming":
      return async (requests, call) => {
        for await (
          const response of streaming(spec, interceptors, requests, call)
        ) return response;
      };
    case "bidi_streaming":
      return (requests, call) => streaming(spec, interceptors, requests, call);
  }
}

async function unary(
  spec: MethodImplSpec & { kind: "unary" },
  interceptors: readonly Interceptor[],
  message: Message,
  call: CallContext,
): Promise<Init> {
  const context = contextOf(spec, call);
  const common = commonOf(context);
  const run = intercepted(interceptors, async (request: UnaryRequest) => ({
    ...common.response,
    stream: false as const,
    method: spec.method,
    message: create(
      spec.method.output,
      await spec.impl(request.message, within(context, request)),
    ),
  }));
  try {
    const { header, trailer, message: response } = await run({
      ...common.request,
      stream: false,
      method: spec.method,
      message,
    });
    context.responseHeader.become(header);
    sendTrailers(call, trailer);
    return response;
  } catch (error) {
    sendTrailers(call, context.responseTrailer);
    throw toGrpcError(error);
  } finally {
    context.abort();
  }
}

async function* streaming(
  spec: Exclude<MethodImplSpec, { kind: "unary" }>,
  interceptors: readonly Interceptor[],
  messages: AsyncIterable<Message>,
  call: CallContext,
): AsyncGenerator<Init> {
  const context = contextOf(spec, call);
  const common = commonOf(context);
  const run = intercepted(
    interceptors,
    (request: StreamRequest) =>
      Promise.resolve({
        ...common.response,
        stream: true as const,
        method: spec.method,
        message: created(
          spec.method.output,
          answers(spec, request.message, within(context, request)),
        ),
      }),
  );
  let trailer = context.responseTrailer;
  try {
    const response = await run({
      ...common.request,
      stream: true,
      method: spec.method,
      message: messages,
    });
    trailer = response.trailer;
    context.responseHeader.become(response.header);
    yield* response.message;
  } catch (error) {
    throw toGrpcError(error);
  } finally {
    sendTrailers(call, trailer);
    context.abort();
  }
}

/** What the implementation of a kind answers with. */
async function* answers(
  spec: Exclude<MethodImplSpec, { kind: "unary" }>,
  requests: AsyncIterable<Message>,
  context: HandlerContext,
): AsyncGenerator<Init> {
  switch (spec.kind) {
    case "client_streaming":
      yield await spec.impl(requests, context);
      return;
    case "server_streaming":
      for await (const request of requests) yield* spec.impl(request, context);
      return;
    case "bidi_streaming":
      yield* spec.impl(requests, context);
  }
}

/** The context of a call, whose headers are those that are sent. */
type CallHandlerContext = ReturnType<typeof createHandlerContext> & {
  readonly responseHeader: ResponseHeaders;
};

function contextOf(
  spec: MethodImplSpec,
  call: CallContext,
): CallHandlerContext {
  const context = createHandlerContext({
    service: spec.method.parent,
    method: spec.method,
    protocolName: "grpc",
    requestMethod: "POST",
    url: `https://${call.metadata.get("host") ?? "grpc"}${call.path}`,
    requestSignal: call.signal,
    requestHeader: toHeaders(call.metadata),
  });
  const { deadline } = call;
  // The call's own signal minds the deadline: a timer of the context is not needed.
  return {
    ...context,
    responseHeader: new ResponseHeaders(call),
    timeoutMs: () => deadline && deadline.getTime() - clockOf(call).wall(),
  };
}

function commonOf(context: HandlerContext) {
  const { requestMethod, url, signal, requestHeader, service, values } =
    context;
  return {
    request: {
      requestMethod,
      url,
      signal,
      header: requestHeader,
      service,
      contextValues: values,
    },
    response: {
      service,
      header: context.responseHeader,
      trailer: context.responseTrailer,
    },
  };
}

/** The context, with what interceptors have put in its place. */
function within(
  context: HandlerContext,
  { header, signal, contextValues }: UnaryRequest | StreamRequest,
): HandlerContext {
  return { ...context, requestHeader: header, signal, values: contextValues };
}

function sendTrailers(call: CallContext, trailer: Headers): void {
  for (const [key, value] of toMetadata(trailer)) {
    call.trailers.append(key, value);
  }
}

async function* only<Value>(value: Value): AsyncIterable<Value> {
  yield value;
}

async function* created(
  schema: DescMessage,
  messages: AsyncIterable<Init>,
): AsyncIterable<Message> {
  for await (const message of messages) yield create(schema, message);
}
