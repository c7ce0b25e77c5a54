import { acceptCalls } from "../grpc/accept_call.ts";
import { encodingOption } from "../grpc/compression.ts";
import {
  type CallContext,
  DEFAULT_MAX_RECEIVE_LENGTH,
  type MessageEncoding,
} from "../grpc/mod.ts";
import type { Implementation } from "../grpc/handler.ts";
import { integerOption, requireKnownKeys } from "../options/mod.ts";
import { serverParameters } from "../session/mod.ts";
import { LISTEN_KEYS } from "../transport/listen_keys.ts";
import { listen, type Listener, type ListenOptions } from "../transport/mod.ts";
import type { Service } from "./implement.ts";
import { RunningHandlers } from "./running_handlers.ts";

/**
 * Wraps the run of a handler: logging, authentication, timing. To refuse a
 * call, throw a `GrpcError` instead of calling `proceed`.
 */
export type ServerInterceptor = (
  call: CallContext,
  proceed: () => Promise<void>,
) => Promise<void>;

/** Options of {@linkcode serve}. */
export interface ServeOptions extends Omit<ListenOptions, "onStream"> {
  /** Wrap the run of each handler, the first outermost. */
  interceptors?: readonly ServerInterceptor[];
  /**
   * Is called with what a handler or an interceptor throws, other than a
   * `GrpcError`. The client only learns that its call failed with UNKNOWN.
   *
   * @default {console.error}
   */
  onHandlerError?: (error: unknown, call: CallContext) => void;
  /**
   * The longest request message to accept, in octets.
   *
   * @default {4_194_304}
   */
  maxReceiveMessageLength?: number;
  /**
   * The encoding of responses, for clients that accept it.
   *
   * @default {"identity"}
   */
  compression?: MessageEncoding;
}

const SERVE_KEYS: readonly string[] = [
  ...LISTEN_KEYS,
  "interceptors",
  "onHandlerError",
  "maxReceiveMessageLength",
  "compression",
];

/**
 * A running gRPC server, with the members of a `Deno.HttpServer`. In contrast
 * to that, to dispose of it closes it at once; `shutdown` lets calls finish.
 */
export class Server implements AsyncDisposable {
  readonly #listener: Listener;
  readonly #running: RunningHandlers;
  readonly #finished: Promise<void>;

  /** Made by {@linkcode serve}. */
  constructor(listener: Listener, running: RunningHandlers) {
    this.#listener = listener;
    this.#running = running;
    this.#finished = this.#finish();
  }

  /** The address that it listens on. */
  get addr(): Deno.Addr {
    return this.#listener.addr;
  }

  /** The listener, with its connections. */
  get listener(): Listener {
    return this.#listener;
  }

  /** Resolves when all connections are closed and all handlers are done. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /**
   * Stops listening, drains every connection, and waits for running calls:
   * without a `grace` for as long as they take.
   *
   * @param options Has `grace`: milliseconds until what is left is closed.
   */
  async shutdown(options: { grace?: number } = {}): Promise<void> {
    await this.#listener.shutdown(options);
    await this.#finished;
  }

  /** Stops at once: connections are closed, calls are cut off. */
  async close(): Promise<void> {
    await this.#listener.close();
  }

  /** Stops at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #finish(): Promise<void> {
    await this.#listener.finished;
    await this.#running.allDone();
  }
}

/**
 * Serves gRPC services.
 *
 * @example Restart without an outage: the next process listens on the same port
 * before this one, on SIGTERM, has let its calls finish
 * ```ts ignore
 * import { Health, serve } from "@keepalive/grpc";
 *
 * const server = serve({ port: 50_051, reusePort: true }, [new Health().service]);
 * Deno.addSignalListener("SIGTERM", () => server.shutdown({ grace: 10_000 }));
 * await server.finished;
 * Deno.exit();
 * ```
 *
 * @param services Made by `implement`.
 * @throws {TypeError} If an option is unknown, or two services have a path in
 * common.
 * @throws {RangeError} If the value of an option is not allowed.
 */
export function serve(
  options: ServeOptions,
  services: readonly Service[],
): Server {
  requireKnownKeys("the serve options", options, SERVE_KEYS);
  const {
    interceptors = [],
    onHandlerError = complain,
    maxReceiveMessageLength,
    compression,
    ...listenOptions
  } = options;
  const { maxConcurrentStreams } = serverParameters({
    maxConcurrentStreams: options.maxConcurrentStreams,
  });
  const implementations = merge(services);
  const running = new RunningHandlers();
  const onStream = acceptCalls({
    maxReceiveLength: integerOption(
      "maxReceiveMessageLength",
      maxReceiveMessageLength,
      DEFAULT_MAX_RECEIVE_LENGTH,
      0,
    ),
    maxHandlers: maxConcurrentStreams,
    compression: encodingOption(compression),
    find: (path) => implementations.get(path),
    intercept: interceptors.length === 0 ? undefined : compose(interceptors),
    onHandlerError: (error, call) => onHandlerError(error, call),
    track: (handler) => running.add(handler),
  });
  return new Server(listen({ ...listenOptions, onStream }), running);
}

function compose(
  interceptors: readonly ServerInterceptor[],
): ServerInterceptor {
  return interceptors.reduceRight<ServerInterceptor>(
    (next, interceptor) => (call, proceed) =>
      interceptor(call, () => next(call, proceed)),
    (_call, proceed) => proceed(),
  );
}

function complain(error: unknown, { path }: CallContext): void {
  console.error(`@keepalive/grpc: the handler of ${path} failed:`, error);
}

function merge(services: readonly Service[]): Map<string, Implementation> {
  const merged = new Map<string, Implementation>();
  for (const { implementations } of services) {
    for (const [path, implementation] of implementations) {
      if (merged.has(path)) {
        throw new TypeError(`Cannot serve ${path}: it is implemented twice`);
      }
      merged.set(path, implementation);
    }
  }
  return merged;
}
