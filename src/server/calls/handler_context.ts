import { type Clock, systemClock } from "../../runtime/mod.ts";
import type { PeerCertificate } from "../../transport/mod.ts";
import {
  acceptedEncoding,
  type CallContext,
  type GrpcError,
  type MessageEncoding,
  Metadata,
  requireEncoding,
} from "../../grpc/mod.ts";
import type { ServerCallSetup } from "./server_call_setup.ts";
import { ServerResponse } from "./server_response.ts";

/** The part of a call that its handler sees. */
export abstract class HandlerContext implements CallContext {
  /** What the call is set up with. */
  protected readonly setup: ServerCallSetup;
  /** Its field sections. */
  protected readonly response: ServerResponse;
  readonly #arrived: number;
  #metadata: Metadata | undefined;
  #abort: AbortController | undefined;

  /** Has been told nothing of the request but its headers. */
  constructor(setup: ServerCallSetup) {
    const { stream, head: { path, responseEncoding, timeout }, transport } =
      setup;
    this.setup = setup;
    this.response = new ServerResponse(
      stream,
      path,
      responseEncoding,
      setup.heartbeat?.interval,
    );
    this.#arrived = timeout === undefined ? 0 : transport.clock.wall();
  }

  /** Whether the last request that was taken had been compressed. */
  abstract readonly requestCompressed: boolean;

  /** Sends the initial metadata now. */
  abstract sendHeaders(): void;

  /** What the call was aborted with, once it was. */
  protected abstract readonly abortedWith: GrpcError | undefined;

  /** The headers are to announce another encoding. */
  protected abstract useEncoding(encoding: MessageEncoding): void;

  /** The clock of its connection. */
  get clock(): Clock {
    return this.setup.transport.clock;
  }

  get path(): string {
    return this.setup.head.path;
  }

  get metadata(): Metadata {
    return this.#metadata ??= Metadata.fromFields(this.setup.head.fields);
  }

  get peer(): string {
    return this.setup.transport.peer;
  }

  get peerCertificate(): PeerCertificate | undefined {
    return this.setup.transport.peerCertificate;
  }

  get deadline(): Date | undefined {
    const { timeout } = this.setup.head;
    return timeout === undefined
      ? undefined
      : new Date(this.#arrived + timeout);
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.abortedWith !== undefined) this.abort(this.abortedWith);
    }
    return this.#abort.signal;
  }

  /** Aborts the signal, if the handler has looked at it. */
  protected abort(error: GrpcError): void {
    this.#abort?.abort(error);
  }

  get draining(): AbortSignal {
    return this.setup.transport.draining;
  }

  get headers(): Metadata {
    return this.response.headers;
  }

  get trailers(): Metadata {
    return this.response.trailers;
  }

  get compression(): MessageEncoding {
    return this.response.encoding;
  }

  set compression(wanted: MessageEncoding) {
    if (this.response.hasHead) {
      throw new TypeError(
        `Cannot set the compression of ${this.path}: its initial metadata, which announces it, has been sent`,
      );
    }
    const { fields } = this.setup.head;
    const encoding = acceptedEncoding(fields, requireEncoding(wanted));
    this.response.encoding = encoding;
    this.useEncoding(encoding);
  }
}

/** The clock of a call; of the system for a stand-in. */
export function clockOf(call: CallContext): Clock {
  return call instanceof HandlerContext ? call.clock : systemClock;
}
