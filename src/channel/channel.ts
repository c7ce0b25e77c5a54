import type { ClientCallSetup } from "../grpc/client_call.ts";
import { ACCEPT_ENCODING, encodingOption } from "../grpc/compression.ts";
import {
  CALL_KEYS,
  type CallOptions,
  DEFAULT_MAX_RECEIVE_LENGTH,
  GrpcError,
  Metadata,
  type MethodDefinition,
  Status,
} from "../grpc/mod.ts";
import { encodeTimeout } from "../grpc/timeout.ts";
import type { EncodableHeaderField } from "../hpack/mod.ts";
import { integerOption, requireKnownKeys } from "../options/mod.ts";
import { fixDeadline } from "./call_limits.ts";
import { type ChannelOptions, checkChannel } from "./channel_options.ts";
import type { Requests } from "./client.ts";
import { Connector } from "./connector.ts";
import {
  type ClientRequest,
  type ClientResponse,
  composeInterceptors,
} from "./interceptor.ts";
import { RunningCall } from "./running_call.ts";

const USER_AGENT = "grpc-deno-keepalive/0.1.0";

/**
 * Calls the methods of a gRPC server, over one kept-alive connection that is
 * made when the first call needs it.
 *
 * @example The four kinds of call, against a server in the same process
 * ```ts
 * import { Channel, implement, serve } from "@keepalive/grpc";
 *
 * const raw = (octets: Uint8Array) => octets;
 * const codec = {
 *   requestSerialize: raw,
 *   requestDeserialize: raw,
 *   responseSerialize: raw,
 *   responseDeserialize: raw,
 * };
 * const Echo = {
 *   unary: {
 *     path: "/echo.Echo/Unary",
 *     requestStream: false,
 *     responseStream: false,
 *     ...codec,
 *   },
 * } as const;
 *
 * await using server = serve({ hostname: "127.0.0.1", port: 0 }, [
 *   implement(Echo, { unary: (request) => request }),
 * ]);
 * const { port } = server.addr as Deno.NetAddr;
 *
 * await using channel = new Channel(`127.0.0.1:${port}`);
 * const request = new TextEncoder().encode("hello");
 * const response = await channel.unary(Echo.unary, request, { deadline: 1_000 });
 * console.log(new TextDecoder().decode(response)); // hello
 * ```
 */
export class Channel implements AsyncDisposable {
  readonly #connector: Connector;
  readonly #intercepted:
    | ((request: ClientRequest) => Promise<ClientResponse>)
    | undefined;
  readonly #authority: string;
  readonly #scheme: string;
  readonly #heads = new Map<string, readonly EncodableHeaderField[]>();

  /**
   * Connects to nothing yet.
   *
   * @param target `host:port`, `[ipv6]:port` or `unix:path`.
   * @throws {TypeError} If the target or an option cannot be used.
   * @throws {RangeError} If the value of an option is not allowed.
   */
  constructor(target: string, options: ChannelOptions = {}) {
    checkChannel(target, options);
    const { interceptors = [], authority, ...dialOptions } = options;
    this.#connector = new Connector(target, dialOptions);
    this.#authority = authority ??
      (target.startsWith("unix:") ? "localhost" : target);
    this.#scheme = options.tls ? "https" : "http";
    this.#intercepted = interceptors.length === 0
      ? undefined
      : composeInterceptors(
        interceptors,
        (request) => Promise.resolve(this.#start(request).response()),
      );
  }

  /**
   * Connects, if there is no connection.
   *
   * @throws {DialError} If there is none to be had.
   */
  async connect(): Promise<void> {
    await this.#connector.connect();
  }

  /** Closes the connection; running calls fail. */
  async close(): Promise<void> {
    await this.#connector.close();
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Calls a method with one request and one response.
   *
   * @throws {GrpcError} If the call ends with another status than OK.
   * @throws {TypeError | RangeError} If an option cannot be used.
   */
  async unary<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): Promise<Response> {
    return await this.#single(method, [request], options);
  }

  /**
   * Calls a method with one request and a stream of responses. The call begins
   * when the first response is asked for, and ends with the iteration.
   *
   * @throws {GrpcError} From the iteration, if the call ends with another
   * status than OK.
   */
  serverStreaming<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): AsyncGenerator<Response> {
    return this.#stream(method, [request], options);
  }

  /**
   * Calls a method with a stream of requests and one response.
   *
   * @throws {GrpcError} If the call ends with another status than OK.
   * @throws {TypeError | RangeError} If an option or the requests cannot be
   * used.
   */
  async clientStreaming<Request, Response>(
    method: MethodDefinition<Request, Response>,
    requests: Requests<Request>,
    options: CallOptions = {},
  ): Promise<Response> {
    requireIterable(method.path, requests);
    return await this.#single(method, requests, options);
  }

  /**
   * Calls a method with a stream of requests and a stream of responses. The
   * call begins when the first response is asked for, and ends with the
   * iteration.
   *
   * @throws {GrpcError} From the iteration, if the call ends with another
   * status than OK.
   * @throws {TypeError} If the requests cannot be iterated.
   */
  bidiStreaming<Request, Response>(
    method: MethodDefinition<Request, Response>,
    requests: Requests<Request>,
    options: CallOptions = {},
  ): AsyncGenerator<Response> {
    requireIterable(method.path, requests);
    return this.#stream(method, requests, options);
  }

  #single<Request, Response>(
    method: MethodDefinition<Request, Response>,
    messages: ClientRequest["messages"],
    options: CallOptions,
  ): Promise<Response> {
    const request = this.#request(method, messages, options);
    const response = this.#intercepted === undefined
      ? this.#start(request).single()
      : onlyOf(method.path, this.#intercepted(request));
    return response as Promise<Response>;
  }

  async *#stream<Request, Response>(
    method: MethodDefinition<Request, Response>,
    messages: ClientRequest["messages"],
    options: CallOptions,
  ): AsyncGenerator<Response> {
    const request = this.#request(method, messages, options);
    const responses = this.#intercepted === undefined
      ? this.#start(request).messages()
      : (await this.#intercepted(request)).messages;
    yield* responses as AsyncIterable<Response>;
  }

  #request<Request, Response>(
    method: MethodDefinition<Request, Response>,
    messages: ClientRequest["messages"],
    options: CallOptions,
  ): ClientRequest {
    requireKnownKeys("the call options", options, CALL_KEYS);
    const { maxReceiveMessageLength, deadline } = options;
    encodingOption(options.compression);
    integerOption(
      "maxReceiveMessageLength",
      maxReceiveMessageLength,
      DEFAULT_MAX_RECEIVE_LENGTH,
      0,
    );
    return {
      method: method as MethodDefinition<unknown, unknown>,
      metadata: new Metadata(options.metadata),
      messages,
      options: this.#intercepted === undefined
        ? options
        : { ...options, deadline: fixDeadline(deadline) },
    };
  }

  #start(request: ClientRequest): RunningCall {
    return new RunningCall(
      this.#connector,
      request,
      (request, timeLeft) => this.#setup(request, timeLeft),
    );
  }

  #setup(request: ClientRequest, timeLeft: () => number): ClientCallSetup {
    const { compression = "identity", maxReceiveMessageLength } =
      request.options;
    return {
      headers: () => this.#fields(request, timeLeft()),
      encoding: compression,
      maxReceiveLength: maxReceiveMessageLength,
    };
  }

  #fields(
    { method, metadata, options }: ClientRequest,
    timeout: number,
  ): readonly EncodableHeaderField[] {
    const { compression = "identity" } = options;
    const head = this.#head(method.path);
    const isEncoded = compression !== "identity";
    if (timeout === Infinity && metadata.size === 0 && !isEncoded) return head;
    const fields = [...head];
    if (timeout !== Infinity) {
      fields.push(["grpc-timeout", encodeTimeout(timeout)]);
    }
    if (isEncoded) fields.push(["grpc-encoding", compression]);
    fields.push(...metadata.toFields());
    return fields;
  }

  /** What all calls of a method have in common; HPACK knows it again. */
  #head(path: string): readonly EncodableHeaderField[] {
    let head = this.#heads.get(path);
    if (head === undefined) {
      head = [
        [":method", "POST"],
        [":scheme", this.#scheme],
        [":path", path],
        [":authority", this.#authority],
        ["te", "trailers"],
        ["content-type", "application/grpc"],
        ["user-agent", USER_AGENT],
        ["grpc-accept-encoding", ACCEPT_ENCODING],
      ];
      this.#heads.set(path, head);
    }
    return head;
  }
}

function requireIterable(path: string, requests: Requests<unknown>): void {
  if (
    typeof requests === "object" && requests !== null &&
    (Symbol.asyncIterator in requests || Symbol.iterator in requests)
  ) return;
  throw new TypeError(
    `Cannot call ${path}: expected an iterable or async iterable of requests, received ${
      requests === null ? "null" : typeof requests
    }`,
  );
}

async function onlyOf(
  path: string,
  response: Promise<ClientResponse>,
): Promise<unknown> {
  const received: unknown[] = [];
  for await (const message of (await response).messages) {
    received.push(message);
    if (received.length > 1) break;
  }
  if (received.length === 1) return received[0];
  throw new GrpcError(
    Status.INTERNAL,
    `Received ${
      received.length === 0 ? "no response" : "more than one response"
    } for ${path}, expected one`,
  );
}
