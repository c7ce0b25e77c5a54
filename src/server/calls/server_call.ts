import { ErrorCode } from "../../frames/mod.ts";
import type { CloseReason } from "../../session/mod.ts";
import { Timer } from "../../runtime/mod.ts";
import type { StreamConsumer } from "../../transport/mod.ts";
import { HandlerContext } from "./handler_context.ts";
import type { ServerCallSetup } from "./server_call_setup.ts";
import {
  CallLedger,
  decompress,
  type EndedBy,
  GrpcError,
  Inbox,
  type MessageEncoding,
  Outbox,
  type RawMessage,
  requireOctets,
  Status,
} from "../../grpc/mod.ts";

/** One call at the server: octets of messages in and out, and its status. */
export class ServerCall extends HandlerContext implements StreamConsumer {
  readonly #ledger: CallLedger;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  #requestCompressed = false;
  #timer: Timer | undefined;
  #ended: GrpcError | "finished" | undefined;
  #isServed = false;
  #isOver = false;

  /** Takes over a stream whose request headers have been checked. */
  constructor(setup: ServerCallSetup) {
    super(setup);
    const { stream, responseEncoding, maxReceiveLength, timeout } = setup;
    this.#ledger = new CallLedger(
      setup.transport.memory,
      (error) => this.fail(error),
    );
    this.#ledger.keepFields(setup.fields);
    this.#inbox = new Inbox(
      maxReceiveLength,
      (octets) => stream.consumed(octets),
      this.#ledger.memory,
      "request",
    );
    this.#outbox = new Outbox(stream, responseEncoding, setup.tracer);
    if (timeout !== undefined) {
      this.#timer = new Timer(setup.transport.clock);
      this.#timer.plan(timeout, () => this.#expire());
    }
  }

  get requestCompressed(): boolean {
    return this.#requestCompressed;
  }

  protected get abortedWith(): GrpcError | undefined {
    return this.#ended instanceof GrpcError ? this.#ended : undefined;
  }

  protected useEncoding(encoding: MessageEncoding): void {
    this.#outbox.encoding = encoding;
  }

  /** Whether the call is over for its client. */
  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  sendHeaders(): void {
    if (this.#ended !== undefined) return;
    const refusal = this.response.sendHead();
    if (refusal !== undefined) this.fail(refusal);
  }

  /**
   * The next request; `undefined` after the last.
   *
   * @throws {GrpcError} If the call has ended.
   */
  async next(): Promise<Uint8Array | undefined> {
    const message = await this.#inbox.next();
    if (message === undefined) return undefined;
    this.#requestCompressed = message.compressed;
    const payload = message.compressed
      ? await this.#unfold(message)
      : message.payload;
    this.setup.tracer?.received(payload.length, message.payload.length);
    this.#ledger.memory.handOver();
    return payload;
  }

  /**
   * The only request, once the client has sent all; or what came instead.
   *
   * @throws {GrpcError} If the call has ended.
   */
  async only(): Promise<Uint8Array | "none" | "several"> {
    const message = await this.#inbox.only();
    if (typeof message === "string") return message;
    this.#requestCompressed = message.compressed;
    const payload = message.compressed
      ? await this.#unfold(message)
      : message.payload;
    this.setup.tracer?.received(payload.length, message.payload.length);
    return payload;
  }

  /** The response that is sent next may be marked with `uncompressed`. */
  chooseEncoding(response: unknown): void {
    this.#outbox.chooseEncoding(response);
  }

  /** Sends a response; resolves when the next one may follow. */
  async send(payload: Uint8Array): Promise<void> {
    this.#requireLive();
    requireOctets(payload);
    this.sendHeaders();
    this.#ledger.sends(payload.length);
    await this.#outbox.send(payload);
    this.#requireLive();
    this.#ledger.waits(this.setup.stream.queuedOctets);
  }

  /** Sends the only response, and the status OK. */
  async finishWith(payload: Uint8Array): Promise<void> {
    if (this.#ended !== undefined) return;
    this.sendHeaders();
    if (this.hasEnded) return;
    this.#ledger.sends(payload.length);
    if (this.#outbox.isReady) this.#outbox.sendNow(payload, false);
    else await this.#outbox.send(payload);
    this.finish();
  }

  /** Ends the call with the status OK. */
  finish(): void {
    if (this.#ended !== undefined) return;
    this.sendHeaders();
    if (this.hasEnded) return;
    this.#close("finished");
    this.#noteDropped(this.response.finish());
  }

  /** Ends the call with an error. What waits to be sent is sent before. */
  fail(error: GrpcError): void {
    if (this.#ended !== undefined) return;
    this.#close(error);
    this.#noteDropped(this.response.fail(error));
  }

  /**
   * The client has made a mistake that ends the call; to be told before that
   * ends.
   */
  chargePeer(what: string): void {
    if (this.#ended === undefined) this.setup.stream.chargePeer(what);
  }

  onHeaders(): void {
    this.chargePeer("second field section");
    this.#cancel(
      new GrpcError(Status.INTERNAL, "Received a second field section"),
    );
  }

  onData(data: Uint8Array, endStream: boolean): void {
    if (this.#ended !== undefined) {
      return this.setup.stream.consumed(data.length);
    }
    try {
      if (data.length > 0) this.#inbox.push(data);
      if (endStream) this.onRequestsEnd();
    } catch (error) {
      if (!(error instanceof GrpcError)) throw error;
      this.chargePeer("message that cannot be read");
      this.fail(error);
    }
  }

  /** The client has sent its last request. */
  onRequestsEnd(): void {
    if (!this.#inbox.isAtBoundary) {
      const details = "Received half a message at the end";
      return this.fail(new GrpcError(Status.INTERNAL, details));
    }
    this.#inbox.end();
  }

  onWritable(): void {
    this.#ledger.waits(0);
    this.#outbox.onWritable();
  }

  onEnded(): void {
    this.#isOver = true;
    this.#settle();
  }

  /**
   * Waits until the handler may begin, if so many responses wait for the client.
   *
   * @throws {GrpcError} If the call ends before.
   */
  begin(): Promise<void> | undefined {
    return this.#ledger.begin();
  }

  /** The handler has returned, or will not be run. */
  served(): void {
    this.#isServed = true;
    this.#settle();
  }

  /** Nothing is held when the handler is done and nothing is to be sent. */
  #settle(): void {
    const { memory } = this.#ledger;
    if (this.#isOver) memory.queued = 0;
    if (this.#isServed) memory.inHand = 0;
    if (this.#isServed && this.#isOver) memory.close();
  }

  onReset(
    code: number,
    by: "local" | "peer",
    _unprocessed: boolean,
    reason?: string,
  ): void {
    const details = by === "peer"
      ? `the client reset the stream with error code ${code}`
      : reason === undefined
      ? `the stream was reset here with error code ${code}`
      : `refused by this end: ${reason}`;
    this.#close(new GrpcError(Status.CANCELLED, details), by);
    this.onEnded();
  }

  onClosed(reason: CloseReason): void {
    const { message } = reason;
    const error = new GrpcError(Status.CANCELLED, message, { cause: reason });
    this.#close(error, "connection");
    this.onEnded();
  }

  /**
   * The client has stopped waiting. If it does not even take what was sent,
   * its stream must not stay.
   */
  #expire(): void {
    this.fail(new GrpcError(Status.DEADLINE_EXCEEDED, TOO_LATE));
    const { stream } = this.setup;
    if (stream.queuedOctets > 0) stream.reset(ErrorCode.CANCEL);
  }

  #noteDropped(error: RangeError | undefined): void {
    if (error !== undefined) this.setup.onDropped?.(error, this);
  }

  async #unfold(message: RawMessage): Promise<Uint8Array> {
    const { requestEncoding, maxReceiveLength } = this.setup;
    try {
      const payload = await decompress(
        message,
        requestEncoding,
        maxReceiveLength,
        this.#ledger,
        "request",
      );
      this.#ledger.memory.inHand = payload.length;
      return payload;
    } catch (error) {
      this.#ledger.memory.inHand = 0;
      this.chargePeer("message that cannot be decompressed");
      throw this.#ended instanceof GrpcError ? this.#ended : error;
    }
  }

  #requireLive(): void {
    if (this.#ended instanceof GrpcError) throw this.#ended;
  }

  #cancel(error: GrpcError): void {
    this.#close(error);
    this.setup.stream.reset(ErrorCode.PROTOCOL_ERROR);
  }

  #close(ended: GrpcError | "finished", by: EndedBy = "local"): void {
    if (this.#ended !== undefined) return;
    this.#ended = ended;
    const { tracer } = this.setup;
    if (ended === "finished") tracer?.ended(Status.OK, "", by, this.#inbox);
    else tracer?.ended(ended.code, ended.statusMessage, by, this.#inbox);
    this.#timer?.cancel();
    this.#outbox.close();
    this.#inbox.discard(ended === "finished" ? undefined : ended);
    if (ended !== "finished") this.abort(ended);
  }
}

const TOO_LATE = "the deadline passed before the handler had finished";
