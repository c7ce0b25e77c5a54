import {
  type Arrived,
  type CallEvent,
  type EndedBy,
  type GrpcError,
  Status,
} from "../../grpc/mod.ts";
import { type Clock, nextId } from "../../runtime/mod.ts";
import type { AttemptCause, AttemptTracer, CallTracer } from "./traced_call.ts";

/** Records what is notable of calls. */
export interface CallRecorder {
  /** Takes an event of a call of a channel. */
  call(channelId: number, event: CallEvent): void;
}

/**
 * Tells the recorder of a channel of one call that nobody observes: its retries,
 * and a deadline that passed with nothing read. One object serves the call and all
 * its attempts; most calls make no event.
 */
export class RecordedCall implements CallTracer, AttemptTracer {
  readonly #clock: Clock;
  readonly #totals: CallTracer & AttemptTracer;
  readonly #recorder: CallRecorder;
  readonly #channelId: number;
  readonly #isTimed: boolean;
  #callId = 0;
  #attemptId = 0;
  #attempts = 0;
  #startedAt = 0;
  #messagesSent = 0;
  #octetsSent = 0;

  /**
   * A call begins.
   *
   * @param totals Counts for all calls together.
   * @param isTimed Whether it has a deadline: the clock is not read for others.
   */
  constructor(
    clock: Clock,
    totals: CallTracer & AttemptTracer,
    recorder: CallRecorder,
    channelId: number,
    isTimed: boolean,
  ) {
    this.#isTimed = isTimed;
    this.#clock = clock;
    this.#totals = totals;
    this.#recorder = recorder;
    this.#channelId = channelId;
  }

  attempt(): AttemptTracer {
    return this;
  }

  finished(error: GrpcError | undefined): void {
    this.#totals.finished(error);
  }

  started(cause: AttemptCause, previousAttempts: number): void {
    this.#totals.started(cause, previousAttempts);
    this.#attempts++;
    this.#attemptId = 0;
    this.#messagesSent = this.#octetsSent = 0;
    const isRetry = cause !== "first";
    if (isRetry || this.#isTimed) this.#startedAt = this.#clock.now();
    if (!isRetry) return;
    this.#recorder.call(this.#channelId, {
      type: "attempt-started",
      at: this.#startedAt,
      ...this.#ids(),
      number: this.#attempts,
      cause,
      previousAttempts,
    });
  }

  picked(): void {}

  heartbeat(): void {}

  ended(error: GrpcError | undefined, by: EndedBy, arrived: Arrived): void {
    const { arrivedMessages, arrivedOctets } = arrived;
    const isOverdue = error?.code === Status.DEADLINE_EXCEEDED &&
      by === "local" && arrivedMessages === 0;
    if (!isOverdue || this.#attempts === 0) return;
    const at = this.#clock.now();
    this.#recorder.call(this.#channelId, {
      type: "attempt-ended",
      at,
      ...this.#ids(),
      by,
      status: error.code,
      statusMessage: error.statusMessage,
      duration: at - this.#startedAt,
      messagesSent: this.#messagesSent,
      octetsSent: this.#octetsSent,
      messagesReceived: arrivedMessages,
      octetsReceived: arrivedOctets,
    });
  }

  sent(size: number, sizeOnWire: number): void {
    this.#totals.sent(size, sizeOnWire);
    this.#messagesSent++;
    this.#octetsSent += sizeOnWire;
  }

  received(size: number, sizeOnWire: number): void {
    this.#totals.received(size, sizeOnWire);
  }

  /** Numbers are drawn for what is told of. */
  #ids() {
    this.#callId ||= nextId("call");
    this.#attemptId ||= nextId("attempt");
    return { callId: this.#callId, attemptId: this.#attemptId };
  }
}
