import type { EncodableHeaderField } from "../../hpack/mod.ts";
import { POLICY_FIELD } from "../../keepalive/mod.ts";
import type { TransportStream } from "../../transport/mod.ts";
import {
  type GrpcError,
  type MessageEncoding,
  Metadata,
} from "../../grpc/mod.ts";
import type { FittedStatus } from "./fit_status.ts";
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

/** The field sections of a response: its headers, once, and its status. */
export class ServerResponse {
  readonly #stream: TransportStream;
  readonly #path: string;
  readonly #heartbeat: number | undefined;
  #headers: InitialMetadata | undefined;
  #trailers: Metadata | undefined;
  #hasHead = false;

  /** The encoding that the headers announce. */
  encoding: MessageEncoding;

  /**
   * Sends nothing yet.
   *
   * @param heartbeat The interval that the headers answer, in milliseconds.
   */
  constructor(
    stream: TransportStream,
    path: string,
    encoding: MessageEncoding,
    heartbeat: number | undefined,
  ) {
    this.#heartbeat = heartbeat;
    this.#stream = stream;
    this.#path = path;
    this.encoding = encoding;
  }

  /** The initial metadata. */
  get headers(): Metadata {
    if (this.#headers === undefined) {
      this.#headers = new InitialMetadata(
        this.#path,
        this.#heartbeat !== undefined,
      );
      if (this.#hasHead) this.#headers.seal();
    }
    return this.#headers;
  }

  /** The trailing metadata. */
  get trailers(): Metadata {
    return this.#trailers ??= new Metadata();
  }

  /** Whether the headers have been sent. */
  get hasHead(): boolean {
    return this.#hasHead;
  }

  /**
   * Sends the headers, unless they have been; answers with the status of the
   * call if the client does not accept them.
   */
  sendHead(): GrpcError | undefined {
    if (this.#hasHead) return undefined;
    const fields = headFields(
      this.encoding,
      this.#headers,
      this.#heartbeat,
    );
    const problem = headProblem(fields, this.#stream.maxHeaderListSize);
    if (problem !== undefined) return problem;
    this.#hasHead = true;
    this.#headers?.seal();
    this.#stream.sendHeaders(this.#withPolicy(fields), false);
  }

  /** The first response of a connection tells the enforcement policy. */
  #withPolicy(fields: Fields): Fields {
    const text = this.#stream.policy.takeText();
    if (text === undefined) return fields;
    const { maxHeaderListSize } = this.#stream;
    return withField(fields, POLICY_FIELD, text, maxHeaderListSize);
  }

  /**
   * Sends the status OK behind what waits to be sent; answers with what is to
   * be told of trailers that had no room.
   */
  finish(): RangeError | undefined {
    const { maxHeaderListSize } = this.#stream;
    return this.#sendTrailers(okFields(this.#trailers, maxHeaderListSize));
  }

  /** Sends an error in the same way, after the headers if there is metadata. */
  fail(error: GrpcError): RangeError | undefined {
    if (this.#headers !== undefined) this.sendHead();
    const { maxHeaderListSize } = this.#stream;
    return this.#sendTrailers(
      errorFields(error, this.#trailers, this.#hasHead, maxHeaderListSize),
    );
  }

  #sendTrailers({ fields, dropped }: FittedStatus): RangeError | undefined {
    this.#stream.sendHeaders(fields, true);
    return dropped.length === 0
      ? undefined
      : trailersProblem(this.#path, dropped, this.#stream.maxHeaderListSize);
  }
}
