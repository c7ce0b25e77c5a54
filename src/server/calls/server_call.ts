import { ErrorCode } from "../../frames/mod.ts";
import type { CloseReason } from "../../session/mod.ts";
import { Timer } from "../../runtime/mod.ts";
import type { StreamConsumer, TransportStream } from "../../transport/mod.ts";
import type { CallTracer } from "./call_tracer.ts";
import { deadlineError, errorOfClose, errorOfReset } from "./cancel_errors.ts";
import { HandlerContext } from "./handler_context.ts";
import { RequestIntake } from "./request_intake.ts";
import type { RequestHead } from "./request_head.ts";
import { serverHeartbeat } from "./server_heartbeat.ts";
import type { GrantedHeartbeat, ServerCallSetup } from "./server_call_setup.ts";
import {
  CallLedger,
  type EndedBy,
  GrpcError,
  Inbox,
  type OnlyMessage,
  type Outbox,
  requireOctets,
  Status,
  type StreamHeartbeat,
} from "../../grpc/mod.ts";

/** One call at the server: octets of messages in and out, and its status. */
export class ServerCall extends HandlerContext implements StreamConsumer {
  /** What the client has sent, and nobody has taken. */
  readonly inbox: Inbox;
  readonly #ledger: CallLedger;
  #requests: RequestIntake | undefined;
  #timer: Timer | undefined;
  #ended: GrpcError | "finished" | undefined;
  #isServed = false;
  #isOver = false;

  /** Takes over a stream whose request headers have been checked. */
  constructor(
    setup: ServerCallSetup,
    stream: TransportStream,
    head: RequestHead,
    tracer?: CallTracer,
    heartbeat?: GrantedHeartbeat,
  ) {
    super(setup, stream, head, tracer, heartbeat);
    const { transport, maxReceiveLength } = setup;
    const { timeout, octets } = head;
    const ledger = this.#ledger = new CallLedger(transport.memory, this);
    ledger.keepFields(octets);
    this.inbox = new Inbox(maxReceiveLength, stream, ledger.memory, "request");
    if (heartbeat !== undefined) {
      this.ensureOutbox().heartbeat = serverHeartbeat(heartbeat, this);
    }
    if (timeout !== undefined) this.#endAfter(timeout);
  }

  #endAfter(timeout: number): void {
    this.#timer = new Timer(this.setup.transport.clock);
    this.#timer.plan(timeout, () => this.giveUp(deadlineError()));
  }

  /** What the client sends, for who takes more than a plain request. */
  get requests(): RequestIntake {
    const { maxReceiveLength: most } = this.setup;
    return this.#requests ??= new RequestIntake(most, this.#ledger, this);
  }

  get requestCompressed(): boolean {
    return this.#requests?.isCompressed ?? false;
  }

  /** The octets of the only request, or what came instead; not if compressed. */
  openOnly(only: OnlyMessage): Uint8Array | "none" | "several" {
    if (typeof only === "string") return only;
    const { payload } = only;
    this.tracer?.received(payload.length, payload.length);
    return payload;
  }

  protected get abortedWith(): GrpcError | undefined {
    return this.#ended instanceof GrpcError ? this.#ended : undefined;
  }

  /** Whether the call is over for its client. */
  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  sendHeaders(): void {
    if (this.#ended !== undefined) return;
    const refusal = this.sendHead();
    if (refusal !== undefined) return this.fail(refusal);
    if (this.heartbeat === undefined) return;
    this.outbox?.heartbeat?.agree(this.heartbeat.interval, this.inbox);
  }

  /** Who has asked for heartbeats gets the headers before the first response. */
  handlerBegan(): void {
    const heartbeat = this.outbox?.heartbeat;
    if (heartbeat !== undefined) this.#answerFirst(heartbeat);
  }

  #answerFirst(heartbeat: StreamHeartbeat): void {
    heartbeat.unlessAnswered(() => this.sendHeaders());
  }

  /**
   * Sends a response; a promise tells when the next one may follow, if that is
   * not at once.
   *
   * @param isFollowed Whether that is likely to be made in a few microtasks.
   * @throws {GrpcError} If the call has ended.
   */
  send(payload: Uint8Array, isFollowed = false): Promise<void> | undefined {
    this.#requireLive();
    requireOctets(payload);
    this.sendHeaders();
    this.#ledger.sends(payload.length);
    const sending = this.ensureOutbox().send(payload, isFollowed);
    return sending === undefined
      ? this.#sent()
      : sending.then(() => this.#sent());
  }

  #sent(): undefined {
    this.#requireLive();
    this.#noteQueued();
  }

  #noteQueued(): void {
    if (this.outbox !== undefined) this.#ledger.waits(this.outbox.mostQueued);
  }

  /**
   * Sends the only response, and the status OK; a promise tells when, if that is
   * not at once.
   */
  finishWith(payload: Uint8Array): Promise<void> | undefined {
    if (this.#ended !== undefined) return;
    this.sendHeaders();
    if (this.hasEnded) return;
    if (!this.sendAlone(payload)) {
      this.#ledger.sends(payload.length);
      const outbox = this.ensureOutbox();
      if (!outbox.isReady) return this.#finishLater(outbox, payload);
      outbox.sendNow(payload, false);
    }
    this.finish();
  }

  async #finishLater(outbox: Outbox, payload: Uint8Array): Promise<void> {
    await outbox.send(payload);
    this.finish();
  }

  /** Ends the call with the status OK. */
  finish(): void {
    if (this.#ended !== undefined) return;
    this.sendHeaders();
    if (this.hasEnded) return;
    this.#close("finished");
    const dropped = this.sendOk();
    if (dropped !== undefined) this.setup.onDropped?.(dropped, this);
  }

  /** Ends the call with an error. What waits to be sent is sent before. */
  fail(error: GrpcError): void {
    if (this.#ended !== undefined) return;
    this.#close(error);
    const dropped = this.sendError(error);
    if (dropped !== undefined) this.setup.onDropped?.(dropped, this);
  }

  refuse(error: GrpcError): void {
    this.fail(error);
  }

  /**
   * The client has made a mistake that ends the call; to be told before that
   * ends.
   */
  chargePeer(what: string): void {
    if (this.#ended === undefined) this.stream.chargePeer(what);
  }

  onHeaders(): void {
    this.chargePeer("second field section");
    const details = "Received a second field section";
    this.#close(new GrpcError(Status.INTERNAL, details));
    this.stream.reset(ErrorCode.PROTOCOL_ERROR);
  }

  onData(data: Uint8Array, endStream: boolean): void {
    if (this.#ended !== undefined) {
      return this.stream.consumed(data.length);
    }
    try {
      if (data.length > 0) {
        this.stream.noteMessages(this.inbox.push(data));
      }
      if (endStream) this.onRequestsEnd();
    } catch (error) {
      if (!(error instanceof GrpcError)) throw error;
      this.chargePeer("message that cannot be read");
      this.fail(error);
    }
  }

  /** The client has sent its last request. */
  onRequestsEnd(): void {
    if (!this.inbox.isAtBoundary) {
      const details = "Received half a message at the end";
      return this.fail(new GrpcError(Status.INTERNAL, details));
    }
    this.inbox.end();
  }

  onWritable(): void {
    this.outbox?.onWritable();
    this.#noteQueued();
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

  /** Whether the handler has to wait, as `begin` does. */
  get isCrowded(): boolean {
    return this.#ledger.memory.isCrowded;
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
    this.#close(errorOfReset(code, by, reason), by);
    this.onEnded();
  }

  onClosed(reason: CloseReason): void {
    this.#close(errorOfClose(reason), "connection");
    this.onEnded();
  }

  /**
   * The client has stopped waiting, or is dead. If it does not even take what
   * was sent, its stream must not stay.
   */
  giveUp(error: GrpcError): void {
    this.fail(error);
    if (this.stream.queuedOctets > 0) this.stream.reset(ErrorCode.CANCEL);
  }

  unreadable(error: unknown): unknown {
    this.chargePeer("message that cannot be decompressed");
    return this.#ended instanceof GrpcError ? this.#ended : error;
  }

  #requireLive(): void {
    if (this.#ended instanceof GrpcError) throw this.#ended;
  }

  #close(ended: GrpcError | "finished", by: EndedBy = "local"): void {
    if (this.#ended !== undefined) return;
    this.#ended = ended;
    const { tracer } = this;
    if (ended === "finished") tracer?.ended(Status.OK, "", by, this.inbox);
    else tracer?.ended(ended.code, ended.statusMessage, by, this.inbox);
    this.#timer?.cancel();
    this.outbox?.close();
    this.inbox.discard(ended === "finished" ? undefined : ended);
    if (ended !== "finished") this.abort(ended);
  }
}
