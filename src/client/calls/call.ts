import {
  type ClientRequest,
  type ClientResponse,
  GrpcError,
  MessageIterator,
  type Metadata,
  type OnlyMessage,
  type RawMessage,
  Status,
  type WaitingForOnly,
} from "../../grpc/mod.ts";
import { promiseOf, type Settling, tell } from "../../runtime/mod.ts";
import type { CallAttempt } from "./attempt.ts";
import { AttemptChain, type ChainOwner } from "./attempt_chain.ts";
import type { MethodRules } from "./service_config.ts";
import type { CallTracer } from "./traced_call.ts";
import type { CallHost } from "./call_host.ts";
import { readOnly, readResponse } from "./read_response.ts";

/**
 * A call that is being made, as its caller sees it: typed responses, metadata,
 * and one status.
 */
export class Call implements ChainOwner, WaitingForOnly, Settling<unknown> {
  readonly #request: ClientRequest;
  readonly #tracer: CallTracer;
  readonly #attempts: AttemptChain;
  /** Tells who waits for the only response. */
  settle: ((response: unknown) => void) | undefined;
  #only: RawMessage | undefined;
  #isFinished = false;
  #isRead = false;
  #isUnread = false;

  /** Makes a call, as soon as the connection allows. */
  constructor(host: CallHost, request: ClientRequest, rules: MethodRules) {
    this.#request = request;
    this.#tracer = host.tracers.begin(request);
    this.#attempts = new AttemptChain(
      host,
      request,
      rules,
      this.#tracer,
      this,
    );
    const { onHeaders, onTrailers } = request.options;
    if (onHeaders !== undefined) {
      this.#headers().then((metadata) => tell(onHeaders, metadata), () => {});
    }
    if (onTrailers !== undefined) {
      this.#attempts.outcome().then(({ trailers }) =>
        tell(onTrailers, trailers)
      );
    }
    this.#attempts.begin();
  }

  /** Ends the call, with the status that its caller is to see. */
  cancel(error: GrpcError): void {
    this.#attempts.cancel(error);
  }

  /** What an interceptor sees of it. */
  response(): ClientResponse {
    const trailers = this.#attempts.outcome().then(({ error, trailers }) => {
      if (error !== undefined) throw error;
      return trailers;
    });
    trailers.catch(() => {});
    const headers = this.#headers();
    headers.catch(() => {});
    return { headers, trailers, messages: this.messages() };
  }

  /**
   * The only response.
   *
   * @throws {GrpcError} If the call ends with another status than OK, or has
   * not just one response.
   */
  single(): Promise<unknown> {
    const { onHeaders, onTrailers } = this.#request.options;
    // They are told before the caller is, which takes a detour.
    if (onHeaders !== undefined || onTrailers !== undefined) {
      return this.#askOnly(ONLY);
    }
    const response = promiseOf(this);
    this.#attempts.current.awaitOnly(this);
    return response;
  }

  /** What most calls have needs no further promise, once the call has ended. */
  resolve(only: OnlyMessage): void {
    if (typeof only !== "string" && !only.compressed) this.#only = only;
    else if (typeof only === "string") this.settle?.(this.#askOnly(ONLY));
    else {
      const payload = this.#attempts.current.payloadOf(only);
      this.settle?.(this.#askOnly(() => payload));
    }
  }

  /** Another attempt may follow; if not, the error shows who waits. */
  reject(): void {
    this.settle?.(this.#askOnly(ONLY));
  }

  #askOnly(
    question: (attempt: CallAttempt) => Promise<OnlyPayload> | OnlyPayload,
  ): Promise<unknown> {
    return this.#attempts.ask(question, (payload) => this.#readOnly(payload));
  }

  #deliver(only: RawMessage): void {
    this.#only = undefined;
    const payload = this.#attempts.current.payloadOf(only) as Uint8Array;
    try {
      this.settle?.(this.#readOnly(payload));
    } catch (error) {
      const failed = () => Promise.reject(error);
      this.settle?.(this.#attempts.ask(failed, same));
    }
  }

  /** All responses; who stops reading cancels the call, at once. */
  messages(): AsyncGenerator<unknown> {
    return new MessageIterator({
      take: () => this.#take(),
      next: () => this.#next(),
      read: (payload) => this.#read(readResponse, payload),
      failed: (error, beneath) => {
        if (this.#isUnread) return false;
        this.#attempts.showCaller(error, beneath);
        this.onFailed(error);
        return true;
      },
      interrupt: () => {
        this.#isUnread = true;
        this.#stopReading();
      },
      stopped: () => this.#stopReading(),
    });
  }

  /** Most who stop have read all: a call that has succeeded needs no error. */
  #stopReading(): void {
    const { ended } = this.#attempts.current;
    if (ended === undefined || ended.error !== undefined) {
      const details = "the caller stopped reading";
      this.cancel(new GrpcError(Status.CANCELLED, details));
    }
    this.#finish(this.#attempts.current.ended?.error);
  }

  #take(): Uint8Array | undefined {
    this.#isRead = true;
    return this.#attempts.current.take();
  }

  /** Once there was a response, no other attempt follows. */
  #next(): Promise<Uint8Array | undefined> {
    const { current } = this.#attempts;
    return current.committed ? current.next() : this.#attempts.ask(NEXT, same);
  }

  #headers(): Promise<Metadata> {
    return this.#attempts.ask(HEADERS, same);
  }

  onLast(error: GrpcError | undefined): void {
    if (error !== undefined) return this.#finish(error);
    if (this.#only !== undefined) return this.#deliver(this.#only);
    const { responseStream } = this.#request.method;
    if (responseStream && !this.#isRead && this.#attempts.current.isDrained) {
      this.#finish(undefined);
    }
  }

  onFailed(error: unknown): void {
    if (error instanceof GrpcError) this.#finish(error);
  }

  /** The caller is told how the call has ended, or can be. */
  #finish(error: GrpcError | undefined): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#tracer.finished(error);
  }

  /** Makes of a payload what was asked for; if it cannot, the call fails. */
  #read<Payload>(
    read: (method: ClientRequest["method"], payload: Payload) => unknown,
    payload: Payload,
  ): unknown {
    try {
      return read(this.#request.method, payload);
    } catch (error) {
      this.cancel(error as GrpcError);
      this.#finish(error as GrpcError);
      throw error;
    }
  }

  #readOnly(payload: OnlyPayload): unknown {
    const response = this.#read(readOnly, payload);
    this.#finish(undefined);
    return response;
  }
}

/** The octets of the only response, or what came instead. */
type OnlyPayload = Uint8Array | "none" | "several";

const ONLY = (attempt: CallAttempt) => attempt.only();
const NEXT = (attempt: CallAttempt) => attempt.next();
const HEADERS = (attempt: CallAttempt) => attempt.headers;

function same<T>(answer: T): T {
  return answer;
}
