import type { EncodableHeaderField } from "../../hpack/mod.ts";
import { POLICY_FIELD } from "../../keepalive/mod.ts";
import type { TransportStream } from "../../transport/mod.ts";
import {
  type GrpcError,
  type MessageEncoding,
  Metadata,
  Outbox,
  sendAlone,
} from "../../grpc/mod.ts";
import type { CallTracer } from "./call_tracer.ts";
import type { FittedStatus } from "./fit_status.ts";
import type { RequestHead } from "./request_head.ts";
import type { GrantedHeartbeat } from "./server_call_setup.ts";
import { InitialMetadata } from "./initial_metadata.ts";
import {
  errorFields,
  headFields,
  headProblem,
  okFields,
  trailersProblem,
  withField,
} from "./response_fields.ts";

type Fields = readonly EncodableHeaderField[];

/** A response: its headers, once, its messages, and its status. */
export abstract class ServerResponse {
  /** The stream of the call. */
  readonly stream: TransportStream;
  /** What the request headers say. */
  readonly head: RequestHead;
  /** Is told of the messages of the call, and how it ends. */
  readonly tracer: CallTracer | undefined;
  /** The heartbeats that the client asked for, and is granted. */
  protected readonly heartbeat: GrantedHeartbeat | undefined;
  /** The encoding that the headers announce. */
  protected encoding: MessageEncoding;
  /** Sends the messages, unless one just leaves alone. */
  protected outbox: Outbox | undefined;
  #headers: InitialMetadata | undefined;
  #trailers: Metadata | undefined;
  #hasHead = false;

  /** Sends nothing yet. */
  constructor(
    stream: TransportStream,
    head: RequestHead,
    tracer: CallTracer | undefined,
    heartbeat: GrantedHeartbeat | undefined,
  ) {
    this.stream = stream;
    this.head = head;
    this.tracer = tracer;
    this.heartbeat = heartbeat;
    this.encoding = head.responseEncoding;
  }

  /** The initial metadata. */
  get headers(): Metadata {
    if (this.#headers === undefined) {
      const isEarly = this.heartbeat !== undefined;
      this.#headers = new InitialMetadata(this.head.path, isEarly);
      if (this.#hasHead) this.#headers.seal();
    }
    return this.#headers;
  }

  /** The trailing metadata. */
  get trailers(): Metadata {
    return this.#trailers ??= new Metadata();
  }

  /** Whether the headers have been sent. */
  protected get hasHead(): boolean {
    return this.#hasHead;
  }

  /**
   * Sends the headers, unless they have been; answers with the status of the
   * call if the client does not accept them.
   */
  protected sendHead(): GrpcError | undefined {
    if (this.#hasHead) return undefined;
    const fields = headFields(
      this.encoding,
      this.#headers,
      this.heartbeat?.interval,
    );
    const problem = headProblem(fields, this.stream.maxHeaderListSize);
    if (problem !== undefined) return problem;
    this.#hasHead = true;
    this.#headers?.seal();
    this.stream.sendHeaders(this.#withPolicy(fields), false);
  }

  /** Makes the outbox, where there is none yet. */
  protected ensureOutbox(): Outbox {
    const { stream, encoding, tracer } = this;
    return this.outbox ??= new Outbox(stream, encoding, tracer);
  }

  /** The message that is sent next may be marked with `uncompressed`. */
  chooseEncoding(message: unknown): void {
    if (this.encoding === "identity") return;
    this.ensureOutbox().chooseEncoding(message);
  }

  /** Whether a message can be sent without waiting. */
  get canSendNow(): boolean {
    return this.outbox?.isReady ?? this.encoding === "identity";
  }

  /** Sends the only message, if it needs no outbox; see {@linkcode sendAlone}. */
  protected sendAlone(payload: Uint8Array): boolean {
    const { stream, encoding, tracer } = this;
    return this.outbox === undefined &&
      sendAlone(stream, payload, false, encoding, tracer);
  }

  /** The first response of a connection tells the enforcement policy. */
  #withPolicy(fields: Fields): Fields {
    const text = this.stream.policy.takeText();
    if (text === undefined) return fields;
    const { maxHeaderListSize } = this.stream;
    return withField(fields, POLICY_FIELD, text, maxHeaderListSize);
  }

  /**
   * Sends the status OK behind what waits to be sent; answers with what is to
   * be told of trailers that had no room.
   */
  protected sendOk(): RangeError | undefined {
    const { maxHeaderListSize } = this.stream;
    return this.#sendTrailers(okFields(this.#trailers, maxHeaderListSize));
  }

  /** Sends an error in the same way, after the headers if there is metadata. */
  protected sendError(error: GrpcError): RangeError | undefined {
    if (this.#headers !== undefined) this.sendHead();
    const { maxHeaderListSize } = this.stream;
    return this.#sendTrailers(
      errorFields(error, this.#trailers, this.#hasHead, maxHeaderListSize),
    );
  }

  #sendTrailers({ fields, dropped }: FittedStatus): RangeError | undefined {
    this.stream.sendHeaders(fields, true);
    return dropped.length === 0
      ? undefined
      : trailersProblem(this.head.path, dropped, this.stream.maxHeaderListSize);
  }
}
