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

/** What a call is made with; `timeLeft` tells how long it may take then. */
export type CallHead = (
  request: ClientRequest,
  timeLeft: () => number,
) => ClientCallSetup;

/** A call that is being made: typed messages, limits, and its requests. */
export class RunningCall {
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
    const setup = head(request, this.#limits.timeLeft);
    this.#call = new ClientCall(setup, () => {
      this.#limits.clear();
    });
    cancel = (error) => this.#call.cancel(error);
    if (onHeaders !== undefined) {
      this.#call.headers.then(
        (metadata) => tell(onHeaders, metadata),
        () => {},
      );
    }
    if (onTrailers !== undefined) {
      this.#call.outcome.then(({ trailers }) => tell(onTrailers, trailers));
    }
    if (early !== undefined) this.#call.cancel(early);
    else connector.start(this.#call, () => this.#send());
  }

  /** What an interceptor sees of it. */
  response(): ClientResponse {
    const trailers = this.#call.outcome.then(({ error, trailers }) => {
      if (error !== undefined) throw error;
      return trailers;
    });
    trailers.catch(() => {});
    return { headers: this.#call.headers, trailers, messages: this.messages() };
  }

  /**
   * The only response.
   *
   * @throws {GrpcError} If the call ends with another status than OK, or has
   * not just one response.
   */
  async single(): Promise<unknown> {
    const { method } = this.#request;
    const payload = await this.#call.only();
    if (payload === "none") throw this.#cardinality("no response");
    if (payload === "several") {
      throw this.#cardinality("more than one response");
    }
    return this.#deserialize(method, payload);
  }

  /** All responses; who stops reading cancels the call. */
  async *messages(): AsyncGenerator<unknown> {
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
    const fail = (error: unknown) => this.#call.cancel(requestFailure(error));
    try {
      const isOnly = !method.requestStream && Array.isArray(messages);
      const sending = isOnly
        ? this.#call.sendOnly(method.requestSerialize(messages[0]))
        : this.#sendAll(method, messages);
      sending?.catch(fail);
    } catch (error) {
      fail(error);
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
    this.#call.outcome.then(() => iterator.return?.()).catch(() => {
      // The call is over: what its requests still throw concerns nobody.
    });
    for (
      let item = await iterator.next();
      !item.done && this.#call.ended === undefined;
      item = await iterator.next()
    ) {
      await this.#call.send(method.requestSerialize(item.value));
    }
    this.#call.endRequests();
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
