import { ClientCall, type ClientCallSetup } from "../grpc/client_call.ts";
import {
  GrpcError,
  type Metadata,
  type MethodDefinition,
  Status,
} from "../grpc/mod.ts";
import { type CallLimits, limitCall } from "./call_limits.ts";
import type { Connector } from "./connector.ts";
import type { ClientRequest, ClientResponse } from "./interceptor.ts";

/** What a call is made with, besides its request. */
export type CallHead = (
  request: ClientRequest,
  timeout: number,
) => ClientCallSetup;

/** A call that is being made: typed messages, limits, and its requests. */
export class RunningCall implements ClientResponse {
  readonly #request: ClientRequest;
  readonly #call: ClientCall;
  readonly #limits: CallLimits;

  /** Makes a call, as soon as the connection allows. */
  constructor(connector: Connector, request: ClientRequest, head: CallHead) {
    const { deadline, signal, onHeaders, onTrailers } = request.options;
    this.#request = request;
    let early: GrpcError | undefined;
    let cancel = (error: GrpcError): void => void (early = error);
    this.#limits = limitCall(deadline, signal, (error) => cancel(error));
    const setup = head(request, this.#limits.timeout);
    this.#call = new ClientCall(setup, (outcome) => {
      this.#limits.clear();
      if (onTrailers !== undefined) tell(onTrailers, outcome.trailers);
    });
    cancel = (error) => this.#call.cancel(error);
    if (onHeaders !== undefined) {
      this.headers.then((metadata) => tell(onHeaders, metadata), () => {});
    }
    if (early !== undefined) return this.#call.cancel(early), this;
    connector.start(this.#call, () => this.#send());
  }

  get headers(): Promise<Metadata> {
    return this.#call.headers;
  }

  get trailers(): Promise<Metadata> {
    return this.#call.outcome.then(({ error, trailers }) => {
      if (error !== undefined) throw error;
      return trailers;
    });
  }

  get messages(): AsyncGenerator<unknown> {
    return this.#messages();
  }

  /**
   * The only response.
   *
   * @throws {GrpcError} If the call ends with another status than OK, or has
   * not just one response.
   */
  async single(): Promise<unknown> {
    const { method } = this.#request;
    const payload = await this.#call.next();
    if (payload === undefined) throw this.#cardinality("no response");
    if (await this.#call.next() !== undefined) {
      throw this.#cardinality("more than one response");
    }
    return this.#deserialize(method, payload);
  }

  async *#messages(): AsyncGenerator<unknown> {
    const { method } = this.#request;
    try {
      for (
        let payload = await this.#call.next();
        payload !== undefined;
        payload = await this.#call.next()
      ) {
        yield this.#deserialize(method, payload);
      }
    } finally {
      this.#call.cancel(
        new GrpcError(Status.CANCELLED, "the caller stopped reading"),
      );
    }
  }

  #send(): void {
    const { method, messages } = this.#request;
    if (!method.requestStream && Array.isArray(messages)) {
      this.#sendOnly(method, messages[0]);
    } else {
      void this.#sendAll(method, messages);
    }
  }

  #sendOnly(
    method: MethodDefinition<unknown, unknown>,
    message: unknown,
  ): void {
    try {
      void this.#call.sendOnly(method.requestSerialize(message));
    } catch (error) {
      this.#call.cancel(requestFailure(error));
    }
  }

  /** Sends the requests no faster than they leave, until the call ends. */
  async #sendAll(
    method: MethodDefinition<unknown, unknown>,
    messages: ClientRequest["messages"],
  ): Promise<void> {
    const iterator = Symbol.asyncIterator in messages
      ? messages[Symbol.asyncIterator]()
      : messages[Symbol.iterator]();
    void this.#call.outcome.then(() => iterator.return?.());
    try {
      for (
        let item = await iterator.next();
        !item.done && this.#call.ended === undefined;
        item = await iterator.next()
      ) {
        await this.#call.send(method.requestSerialize(item.value));
      }
      this.#call.endRequests();
    } catch (error) {
      this.#call.cancel(requestFailure(error));
    }
  }

  #deserialize(
    method: MethodDefinition<unknown, unknown>,
    payload: Uint8Array,
  ): unknown {
    try {
      return method.responseDeserialize(payload);
    } catch (cause) {
      const error = new GrpcError(
        Status.INTERNAL,
        `Received a response for ${method.path} that cannot be decoded`,
        { cause },
      );
      this.#call.cancel(error);
      throw error;
    }
  }

  #cardinality(received: string): GrpcError {
    const error = new GrpcError(
      Status.INTERNAL,
      `Received ${received} for ${this.#request.method.path}, expected one`,
    );
    this.#call.cancel(error);
    return error;
  }
}

/** What a callback throws must not disturb the call. */
function tell(
  callback: (metadata: Metadata) => void,
  metadata: Metadata,
): void {
  try {
    callback(metadata);
  } catch (error) {
    reportError(error);
  }
}

/** The requests themselves failed: serializing, or the caller's iterable. */
function requestFailure(cause: unknown): GrpcError {
  const details = cause instanceof Error ? cause.message : String(cause);
  return new GrpcError(
    Status.CANCELLED,
    `the requests of the call failed: ${details}`,
    { cause },
  );
}
