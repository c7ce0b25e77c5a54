import { ErrorCode } from "../../frames/mod.ts";
import type { HeaderField } from "../../hpack/mod.ts";
import type { CloseReason } from "../../session/mod.ts";
import type {
  StreamConsumer,
  Transport,
  TransportStream,
} from "../../transport/mod.ts";
import {
  CallLedger,
  type EndedBy,
  GrpcError,
  Inbox,
  type MessageEncoding,
  type Metadata,
  type OnlyMessage,
  Outbox,
  type RawMessage,
  sendAlone,
  type WaitingForOnly,
} from "../../grpc/mod.ts";
import type { AttemptOwner } from "./call_host.ts";
import { errorOfClose, errorOfReset, malformed } from "./attempt_errors.ts";
import { AttemptAnswers } from "./attempt_answers.ts";
import { askForHeartbeat, readHeartbeatAnswer } from "./client_heartbeat.ts";
import { watchDrain } from "./watch_drain.ts";
import type { AttemptTracer } from "./traced_call.ts";
import { unfoldResponse } from "./unfold_response.ts";
import { type Outcome, readHead, readTrailers } from "./response_head.ts";

/**
 * One attempt at a call, over one stream: octets of messages in and out, and
 * how it ended. It knows no types, no deadline and no retry.
 */
export class CallAttempt implements StreamConsumer {
  readonly #tracer: AttemptTracer;
  readonly #owner: AttemptOwner;
  readonly #inbox: Inbox;
  #answers: AttemptAnswers | undefined;
  #head: readonly HeaderField[] | undefined;
  #stream: TransportStream | undefined;
  #outbox: Outbox | undefined;
  #ledger: CallLedger | undefined;
  #responseEncoding: MessageEncoding | undefined = "identity";
  #early: GrpcError | undefined;
  #ended: Outcome | undefined;
  #drain: Disposable | undefined;
  /** Whether the server is known not to have acted on the call. */
  unprocessed = false;

  /** Prepares a call; nothing is sent before `open`. */
  constructor(owner: AttemptOwner, tracer: AttemptTracer) {
    this.#tracer = tracer;
    this.#owner = owner;
    const { maxReceiveLength } = owner;
    this.#inbox = new Inbox(maxReceiveLength, this, undefined, "response");
  }

  /** Resolves to the initial metadata of the response; trailers-only has none. */
  get headers(): Promise<Metadata> {
    return this.#asked.headers;
  }

  /** Resolves to how the call ended; never rejects. */
  get outcome(): Promise<Outcome> {
    return this.#asked.outcome;
  }

  get #asked(): AttemptAnswers {
    if (this.#answers === undefined) {
      this.#answers = new AttemptAnswers();
      this.#answers.settle(this.#head, this.#ended);
    }
    return this.#answers;
  }

  /** How the call ended, once it has. */
  get ended(): Outcome | undefined {
    return this.#ended;
  }

  /** Whether response headers have come: no other attempt may follow. */
  get committed(): boolean {
    return this.#head !== undefined;
  }

  /** Whether all responses that have come were taken. */
  get isDrained(): boolean {
    return this.#inbox.isEmpty;
  }

  /** The identifier of its stream, once that is open. */
  get streamId(): number | undefined {
    return this.#stream?.id;
  }

  /** Opens the stream. A call that was cancelled before stays ended. */
  open(transport: Transport): void {
    if (this.#ended !== undefined) return;
    const setup = this.#owner, tracer = this.#tracer;
    const stream = transport.openStream(setup.headers(), false, this);
    this.#stream = stream;
    this.#ledger = new CallLedger(transport.memory, this);
    this.#inbox.memory = this.#ledger.memory;
    const beat = askForHeartbeat(setup, this, transport, stream, tracer);
    if (beat !== undefined) this.outbox!.heartbeat = beat;
    this.#drain = watchDrain(transport, setup.onDraining);
    tracer.picked(transport, stream.id);
  }

  /** Sends the requests, while the stream is open. */
  get outbox(): Outbox | undefined {
    const stream = this.#stream;
    if (stream !== undefined && this.#ended === undefined) {
      const { encoding } = this.#owner;
      this.#outbox ??= new Outbox(stream, encoding, this.#tracer);
    }
    return this.#outbox;
  }

  /**
   * Sends the only request, and ends the stream; at once, if it can.
   *
   * @throws {TypeError} If the payload is no octets.
   */
  sendOnly(payload: Uint8Array): Promise<void> | undefined {
    const stream = this.#stream;
    if (stream === undefined || this.#ended !== undefined) return undefined;
    const { encoding } = this.#owner;
    const isSent = this.#outbox === undefined &&
      sendAlone(stream, payload, true, encoding, this.#tracer);
    if (isSent) return undefined;
    const outbox = this.outbox!;
    outbox.chooseEncoding(payload);
    return outbox.sendOnly(payload);
  }

  /** The next response, if it is at hand. */
  take(): Uint8Array | undefined {
    const payload = this.#inbox.takePlain();
    return payload === undefined ? undefined : this.#handOver(payload);
  }

  /**
   * The next response; `undefined` after the last.
   *
   * @throws {GrpcError} If the call ended with another status than OK.
   */
  async next(): Promise<Uint8Array | undefined> {
    const message = await this.#inbox.next();
    if (message === undefined) return undefined;
    if (message.compressed) return await this.#unfold(message);
    return this.#handOver(message.payload);
  }

  /**
   * The only response, once the call has ended; or what came instead.
   *
   * @throws {GrpcError} If the call ended with another status than OK.
   */
  async only(): Promise<Uint8Array | "none" | "several"> {
    return await this.payloadOf(await this.#inbox.only());
  }

  /** Tells who waits, without a promise, what came for the only response. */
  awaitOnly(waiting: WaitingForOnly): void {
    this.#inbox.awaitOnly(waiting);
  }

  /** The octets of the only response; a promise, if it is compressed. */
  payloadOf(
    only: OnlyMessage,
  ): Uint8Array | "none" | "several" | Promise<Uint8Array> {
    if (typeof only === "string") return only;
    if (only.compressed) return this.#unfold(only);
    return this.#handOver(only.payload);
  }

  #handOver(payload: Uint8Array): Uint8Array {
    if (this.#ledger !== undefined) this.#ledger.memory.inHand = 0;
    this.#tracer.received(payload.length, payload.length);
    return payload;
  }

  async #unfold(message: RawMessage): Promise<Uint8Array> {
    try {
      const unfolded = await unfoldResponse(
        message,
        this.#responseEncoding,
        this.#owner.maxReceiveLength,
        this.#ledger,
      );
      this.#tracer.received(unfolded.length, message.payload.length);
      return unfolded;
    } catch (error) {
      this.cancel(error as GrpcError);
      throw this.#ended?.error ?? error;
    } finally {
      if (this.#ledger !== undefined) this.#ledger.memory.inHand = 0;
    }
  }

  /** Ends the call here, with the status that its caller is to see. */
  cancel(error: GrpcError): void {
    if (this.#ended !== undefined) return;
    this.#end({ error, trailers: error.metadata }, "local", true);
    this.#stream?.reset(ErrorCode.CANCEL);
  }

  /** There is no memory for it. */
  refuse(error: GrpcError): void {
    this.cancel(error);
  }

  /** Octets were handed over: the server may send more. */
  consumed(octets: number): void {
    this.#stream?.consumed(octets);
  }

  onHeaders(fields: readonly HeaderField[], endStream: boolean): void {
    if (endStream) return this.#onTrailers(fields);
    if (this.#head !== undefined) {
      return this.cancel(malformed("Received trailers without END_STREAM"));
    }
    const head = readHead(fields);
    if (head.kind === "informational") return;
    if (head.kind === "problem") return this.cancel(head.error);
    this.#early = head.early;
    this.#responseEncoding = head.encoding;
    if (head.policy !== undefined) {
      this.#stream?.policy.onMetadata(head.policy);
    }
    this.#head = fields;
    readHeartbeatAnswer(this.#owner, this.#outbox, this.#inbox, fields);
    this.#answers?.settle(fields, undefined);
    this.#owner.onHead();
  }

  onData(data: Uint8Array, endStream: boolean): void {
    if (this.#ended !== undefined) return this.#stream?.consumed(data.length);
    try {
      if (this.#head === undefined) {
        throw malformed("Received data before headers");
      }
      this.#stream?.noteMessages(this.#inbox.push(data));
      if (endStream) {
        throw malformed("server closed the stream without sending trailers");
      }
    } catch (error) {
      if (!(error instanceof GrpcError)) throw error;
      this.cancel(this.#early ?? error);
    }
  }

  onWritable(): void {
    this.#outbox?.onWritable();
  }

  onReset(
    code: number,
    by: "local" | "peer",
    unprocessed: boolean,
    reason?: string,
  ): void {
    this.unprocessed = unprocessed;
    const left = this.#owner.timeLeft();
    this.#fail(errorOfReset(code, by, unprocessed, reason, left), by);
  }

  onClosed(reason: CloseReason): void {
    this.#fail(errorOfClose(reason), "connection");
  }

  #onTrailers(fields: readonly HeaderField[]): void {
    const outcome = readTrailers(fields, this.committed, this.#early);
    if (outcome.error === undefined && !this.#inbox.isAtBoundary) {
      return this.cancel(malformed("Received half a message at the end"));
    }
    this.#end(outcome, "peer");
    this.#stream?.reset(ErrorCode.NO_ERROR);
  }

  #fail(error: GrpcError, by: EndedBy): void {
    this.#end({ error, trailers: error.metadata }, by);
  }

  #end(outcome: Outcome, by: EndedBy, discard: boolean = false): void {
    if (this.#ended !== undefined) return;
    this.#ended = outcome;
    this.#outbox?.close();
    this.#drain?.[Symbol.dispose]();
    this.#tracer.ended(outcome.error, by, this.#inbox);
    if (discard) this.#inbox.discard(outcome.error);
    else this.#inbox.end(outcome.error);
    this.#ledger?.memory.close();
    this.#answers?.settle(this.#head, outcome);
    this.#owner.onEnd(outcome);
  }
}
