import {
  type CallOptions,
  type ClientRequest,
  type ClientResponse,
  type MessageStream,
  type Metadata,
  type MethodDefinition,
  notJustOne,
  type Requests,
} from "../../grpc/mod.ts";
import type { CallCounters } from "../connections/mod.ts";
import type { Connector } from "../connector/mod.ts";
import { CallFactory, type CallSetup } from "./call_factory.ts";
import { composeInterceptors } from "./interceptor.ts";
import { LazyResponses } from "./lazy_responses.ts";

/** Makes calls by their kinds, through the interceptors of the channel. */
export class Caller {
  readonly #calls: CallFactory;
  readonly #intercepted:
    | ((request: ClientRequest) => Promise<ClientResponse>)
    | undefined;

  /** Puts interceptors around calls. */
  constructor(connector: Connector, setup: CallSetup) {
    const { interceptors } = setup;
    const calls = new CallFactory(connector, setup);
    this.#calls = calls;
    this.#intercepted = interceptors.length === 0
      ? undefined
      : composeInterceptors(
        interceptors,
        (request) => Promise.resolve(calls.start(request).response()),
      );
  }

  /** What its calls are in numbers. */
  get counters(): Readonly<CallCounters> {
    return this.#calls.counters;
  }

  /** All connectors that find connections for its calls. */
  get connectors(): Connector[] {
    return this.#calls.isolation.connectors;
  }

  /**
   * Makes a call with one response. It is no async function, which would cost
   * a promise more: also an option that cannot be used is a rejection.
   */
  single<Request, Response>(
    method: MethodDefinition<Request, unknown, unknown, Response>,
    messages: ClientRequest["messages"],
    options: CallOptions,
  ): Promise<Response> {
    try {
      const metadata = this.#check(method, options);
      const request = this.#request(method, messages, options, metadata);
      const response = this.#intercepted === undefined
        ? this.#calls.start(request).single()
        : onlyOf(method.path, this.#intercepted(request));
      return response as Promise<Response>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Makes a call with a stream of responses, when the first one is asked for.
   *
   * @throws {TypeError | RangeError} If an option cannot be used.
   */
  stream<Request, Response>(
    method: MethodDefinition<Request, unknown, unknown, Response>,
    messages: ClientRequest["messages"],
    options: CallOptions,
  ): MessageStream<Response> {
    const metadata = this.#check(method, options);
    return new LazyResponses(async () => {
      const request = this.#request(method, messages, options, metadata);
      const responses = this.#intercepted === undefined
        ? this.#calls.start(request).messages()
        : (await this.#intercepted(request)).messages;
      return responses[Symbol.asyncIterator]();
    });
  }

  #check(method: { readonly path: string }, options: CallOptions): Metadata {
    return this.#calls.check(method, options, this.#intercepted !== undefined);
  }

  #request<Request, Response>(
    method: MethodDefinition<Request, unknown, unknown, Response>,
    messages: ClientRequest["messages"],
    options: CallOptions,
    metadata: Metadata,
  ): ClientRequest {
    const isIntercepted = this.#intercepted !== undefined;
    return this.#calls.request(
      method,
      messages,
      options,
      metadata,
      isIntercepted,
    );
  }
}

/**
 * Checks the requests of a call that streams them.
 *
 * @throws {TypeError} If they cannot be iterated.
 */
export function requireIterable(
  path: string,
  requests: Requests<unknown>,
): void {
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
  const count = received.length === 0 ? "none" : "several";
  throw notJustOne(count, "response", path);
}
