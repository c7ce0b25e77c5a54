import {
  type CallOptions,
  type Channel,
  GrpcError,
  Status,
} from "../../../mod.ts";
import {
  ReflectionDefinition,
  type ReflectionMethod,
  type ReflectionRequest,
  type ReflectionResponse,
} from "../../reflection/mod.ts";
import { StartError } from "../usage_error.ts";

/** The newest first. */
const VERSIONS = [ReflectionDefinition.v1, ReflectionDefinition.v1alpha];

/** Octets: descriptors of a large server come in one answer. */
const LONGEST_ANSWER = 67_108_864;

/** Asks a server for its descriptors, one question after the other, in one call. */
export class ReflectionClient implements AsyncDisposable {
  readonly #channel: Channel;
  readonly #options: CallOptions;
  #call: OpenCall | undefined;

  /** Calls nothing yet. */
  constructor(channel: Channel, options: CallOptions) {
    this.#channel = channel;
    this.#options = {
      ...options,
      maxReceiveMessageLength: LONGEST_ANSWER,
    };
  }

  /**
   * Asks; v1alpha, if the server has no v1.
   *
   * @throws {StartError} If the server has neither.
   * @throws {GrpcError} If the call fails otherwise.
   */
  async ask(request: ReflectionRequest): Promise<ReflectionResponse> {
    if (this.#call !== undefined) return await this.#call.ask(request);
    for (const method of VERSIONS) {
      const call = new OpenCall(this.#channel, method, this.#options);
      try {
        const response = await call.ask(request);
        this.#call = call;
        return response;
      } catch (error) {
        if (!isUnimplemented(error)) throw error;
      }
    }
    throw new StartError(
      "The server has no reflection: name its .proto with --proto, or a descriptor set with --descriptor-set",
    );
  }

  /** Ends the call. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#call?.end();
  }
}

class OpenCall {
  readonly #responses: AsyncIterator<ReflectionResponse>;
  readonly #requests: ReadableStreamDefaultController<ReflectionRequest>;

  constructor(
    channel: Channel,
    method: ReflectionMethod,
    options: CallOptions,
  ) {
    let requests: ReadableStreamDefaultController<ReflectionRequest>;
    const stream = new ReadableStream<ReflectionRequest>({
      start: (controller) => void (requests = controller),
    });
    this.#requests = requests!;
    this.#responses = channel.bidiStreaming(method, stream, options);
  }

  async ask(request: ReflectionRequest): Promise<ReflectionResponse> {
    this.#requests.enqueue(request);
    const { done, value } = await this.#responses.next();
    if (!done) return value;
    throw new StartError("The reflection of the server has ended too soon");
  }

  async end(): Promise<void> {
    try {
      this.#requests.close();
      while (!(await this.#responses.next()).done);
    } catch {
      // What was asked has been answered.
    }
  }
}

function isUnimplemented(error: unknown): boolean {
  return error instanceof GrpcError && error.code === Status.UNIMPLEMENTED;
}
