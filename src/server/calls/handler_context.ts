import { type Clock, systemClock } from "../../runtime/mod.ts";
import type { PeerCertificate, TransportStream } from "../../transport/mod.ts";
import {
  acceptedEncoding,
  type CallContext,
  type GrpcError,
  type MessageEncoding,
  Metadata,
  requireEncoding,
} from "../../grpc/mod.ts";
import type { CallTracer } from "./call_tracer.ts";
import type { RequestHead } from "./request_head.ts";
import type { GrantedHeartbeat, ServerCallSetup } from "./server_call_setup.ts";
import { ServerResponse } from "./server_response.ts";

/** The part of a call that its handler sees. */
export abstract class HandlerContext extends ServerResponse
  implements CallContext {
  /** What the call has in common with others. */
  protected readonly setup: ServerCallSetup;
  /** The wall clock when the headers came, if there is a deadline. */
  readonly #arrived: number | undefined;
  #metadata: Metadata | undefined;
  #abort: AbortController | undefined;

  /** Has been told nothing of the request but its headers. */
  constructor(
    setup: ServerCallSetup,
    stream: TransportStream,
    head: RequestHead,
    tracer: CallTracer | undefined,
    heartbeat: GrantedHeartbeat | undefined,
  ) {
    super(stream, head, tracer, heartbeat);
    this.setup = setup;
    const isTimed = head.timeout !== undefined;
    this.#arrived = isTimed ? setup.transport.clock.wall() : undefined;
  }

  /** Whether the last request that was taken had been compressed. */
  abstract readonly requestCompressed: boolean;

  /** Sends the initial metadata now. */
  abstract sendHeaders(): void;

  /** What the call was aborted with, once it was. */
  protected abstract readonly abortedWith: GrpcError | undefined;

  /** The clock of its connection. */
  get clock(): Clock {
    return this.setup.transport.clock;
  }

  get path(): string {
    return this.head.path;
  }

  get metadata(): Metadata {
    return this.#metadata ??= Metadata.fromFields(this.head.fields);
  }

  get peer(): string {
    return this.setup.transport.peer;
  }

  get peerCertificate(): PeerCertificate | undefined {
    return this.setup.transport.peerCertificate;
  }

  get deadline(): Date | undefined {
    const { timeout } = this.head;
    return timeout === undefined
      ? undefined
      : new Date(this.#arrived! + timeout);
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

  get compression(): MessageEncoding {
    return this.encoding;
  }

  set compression(wanted: MessageEncoding) {
    if (this.hasHead) {
      throw new TypeError(
        `Cannot set the compression of ${this.path}: its initial metadata, which announces it, has been sent`,
      );
    }
    const { fields } = this.head;
    const encoding = acceptedEncoding(fields, requireEncoding(wanted));
    this.encoding = encoding;
    if (this.outbox !== undefined) this.outbox.encoding = encoding;
  }
}

/** The clock of a call; of the system for a stand-in. */
export function clockOf(call: CallContext): Clock {
  return call instanceof HandlerContext ? call.clock : systemClock;
}
