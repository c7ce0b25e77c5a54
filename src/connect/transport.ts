import {
  create,
  type DescMessage,
  type DescMethod,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import {
  type ContextValues,
  createContextValues,
  type Interceptor,
  type StreamRequest,
  type Transport,
  type UnaryRequest,
} from "@connectrpc/connect";
import { type Channel, timeOf } from "../client/mod.ts";
import {
  durationOption,
  requireFunctions,
  requireKnownKeys,
  requireMembers,
} from "../options/mod.ts";
import { runStream, runUnary } from "./calls.ts";
import { rethrow } from "./errors.ts";
import { intercepted } from "./intercepted.ts";

/** What a transport adds to each call. */
export interface TransportOptions {
  /** Interceptors of Connect, the first outermost. */
  interceptors?: Interceptor[];
  /**
   * Milliseconds for a call that says nothing of them, interceptors included;
   * `Infinity` for no deadline.
   *
   * @default {Infinity}
   */
  defaultTimeoutMs?: number;
}

/**
 * A transport for clients of Connect, which speaks gRPC over a channel: its
 * keepalive, reconnection, retries and balancing are the channel's. Interceptors,
 * headers and trailers, details of errors and timeouts are Connect's.
 *
 * Equivalent to `createGrpcTransport` of `@connectrpc/connect-node`.
 *
 * @param channel What makes the calls; it stays open.
 * @throws {TypeError} If an option is unknown, or of a wrong type.
 * @throws {RangeError} If the timeout is no time.
 */
export function createTransport(
  channel: Channel,
  options: TransportOptions = {},
): Transport {
  requireMembers("the Channel", channel ?? null, ["unary", "bidiStreaming"]);
  const { interceptors, defaultTimeoutMs } = resolveOptions(options);
  return {
    unary(method, signal, timeoutMs, header, input, values) {
      const deadline = deadlineOf(channel, timeoutMs ?? defaultTimeoutMs);
      const request = {
        ...requestOf(method, signal, header, values),
        stream: false as const,
        method,
        message: create(method.input, input),
      };
      const run = intercepted(
        interceptors,
        (request: UnaryRequest<typeof method.input, typeof method.output>) =>
          runUnary(channel, request, deadline),
      );
      return run(request).catch(rethrow);
    },
    stream(method, signal, timeoutMs, header, input, values) {
      const deadline = deadlineOf(channel, timeoutMs ?? defaultTimeoutMs);
      const request = {
        ...requestOf(method, signal, header, values),
        stream: true as const,
        method,
        message: created(method.input, input),
      };
      const run = intercepted(
        interceptors,
        (request: StreamRequest<typeof method.input, typeof method.output>) =>
          runStream(channel, request, deadline),
      );
      return run(request).catch(rethrow);
    },
  };
}

function resolveOptions(options: TransportOptions) {
  const { interceptors = [], defaultTimeoutMs } = options;
  requireKnownKeys("the options of a transport", options, [
    "interceptors",
    "defaultTimeoutMs",
  ]);
  requireFunctions("interceptors", interceptors);
  return {
    interceptors,
    defaultTimeoutMs: durationOption(
      "defaultTimeoutMs",
      defaultTimeoutMs,
      Infinity,
      { minimum: 0 },
    ),
  };
}

function requestOf(
  method: DescMethod,
  signal: AbortSignal | undefined,
  header: HeadersInit | undefined,
  contextValues: ContextValues | undefined,
) {
  return {
    service: method.parent,
    requestMethod: "POST",
    url: `https://grpc/${method.parent.typeName}/${method.name}`,
    signal: signal ?? new AbortController().signal,
    header: new Headers(header),
    contextValues: contextValues ?? createContextValues(),
  };
}

/** The latest time that a `Date` has, in milliseconds since 1970. */
const LATEST = 8.64e15;

/** Zero and less than nothing is over at once, as Connect has it. */
function deadlineOf(channel: Channel, timeoutMs: number): Date | undefined {
  const at = timeOf(channel).clock.wall() + timeoutMs;
  return at > LATEST ? undefined : new Date(at);
}

async function* created<Desc extends DescMessage>(
  schema: Desc,
  messages: AsyncIterable<MessageInitShape<Desc>>,
): AsyncIterable<MessageShape<Desc>> {
  for await (const message of messages) yield create(schema, message);
}
