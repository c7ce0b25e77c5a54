import type { MethodDefinition } from "../grpc/mod.ts";
import { display, requireSignal } from "../options/mod.ts";
import { requireDeadline } from "./calls/mod.ts";
import type { Channel } from "./channel.ts";
import { timeOf } from "./channel_parts.ts";
import { interruptible, lacksPermission } from "./connections/mod.ts";
import {
  type SubscribeOptions,
  Subscription,
  subscriptionParameters,
} from "./subscribing/mod.ts";

/**
 * Calls a method that streams its responses, again and again: an iteration that
 * outlives its connections. It ends when the server ends a stream with OK, with
 * an error after which another attempt is of no use (`retryOn`), with `signal`
 * and `deadline`, with the channel, and when the reader leaves it (`break`,
 * `return`). Otherwise
 * another stream follows, after a backoff, as soon as there is a connection.
 *
 * What is promised about the items: they come in the order of their streams,
 * and nothing of a stream is delivered after another was asked to go on behind
 * an item. So with `resume` and a server that begins behind the item it is told,
 * each item comes exactly once. Without `resume` the server gets the same request
 * again: with one that begins from the start each item comes at least once, with
 * one that begins with what is new, at most once.
 *
 * When the server retires the connection (GOAWAY), the next stream is opened on
 * another one while this one still runs (`overlap`), with a request behind the
 * last item; nothing more of this one is delivered unless the next one fails.
 *
 * At most one item is read before it is asked for, of a stream that is opened
 * beside another: who does not ask holds up the server, by flow control.
 *
 * @example Each item once, over restarts of the server
 * ```ts ignore
 * import { Channel, subscribe } from "@keepalive/grpc";
 * import { Log } from "./log.ts";
 *
 * const channel = new Channel("logs.example:443", { tls: true });
 * const entries = subscribe(channel, Log.tail, { after: 0 }, {
 *   resume: (last) => ({ after: last.offset }),
 *   onInterruption: ({ reason, delay }) => console.warn(reason, delay),
 * });
 * for await (const entry of entries) console.log(entry.text);
 * ```
 *
 * @param channel The channel to call through.
 * @param method The method, from a service definition as `createClient` takes it.
 * @param request The request of the first stream.
 * @throws {TypeError} If the method does not stream responses to one request, or
 * an option is unknown or of a wrong type.
 * @throws {RangeError} If the value of an option is not allowed.
 */
export function subscribe<Request, Response>(
  channel: Channel,
  method: MethodDefinition<Request, unknown, unknown, Response>,
  request: Request,
  options: SubscribeOptions<Request, Response> = {},
): AsyncGenerator<Response, void> {
  requireServerStreaming(channel, method);
  const parameters = subscriptionParameters(options);
  requireDeadline(parameters.deadline);
  requireSignal(parameters.signal);
  const { call } = parameters;
  // Checks the options of the calls; it begins only when it is read.
  channel.serverStreaming(method, request, call);
  const subscription = new Subscription<Request, Response>({
    ...timeOf(channel),
    request,
    parameters,
    isHopeless: ({ cause }) =>
      channel.state === "SHUTDOWN" ||
      cause instanceof Error && lacksPermission(cause),
    ready: (signal) => channel.ready({ signal }),
    open: (request, hooks) =>
      channel.serverStreaming(method, request, {
        ...call,
        onDraining: hooks.onDraining,
        onHeaders: (metadata) => {
          hooks.onHeaders();
          return call.onHeaders?.(metadata);
        },
      }),
  });
  return interruptible(
    subscription.items(),
    () => subscription.end(undefined),
  );
}

/** For others there is no meaning in another call. */
function requireServerStreaming(
  channel: Channel,
  method: MethodDefinition<never, unknown, unknown, unknown>,
): void {
  if (typeof Object(channel).serverStreaming !== "function") {
    throw new TypeError(
      `Cannot subscribe: expected a Channel as the first argument, received ${
        display(channel)
      }`,
    );
  }
  const { requestStream, responseStream } = Object(method);
  if (!requestStream && responseStream) return;
  const path = Object(method).path;
  throw new TypeError(
    `Cannot subscribe to ${
      path ?? display(method)
    }: expected the definition of a method with one request and a stream of responses`,
  );
}
