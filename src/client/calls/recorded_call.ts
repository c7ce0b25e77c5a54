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

/** What recording the calls of a channel takes. */
export interface RecordingSetup {
  /** The number of the channel. */
  readonly channelId: number;
  /** The clock of the events. */
  readonly clock: Clock;
}

/**
 * Tells the recorder of a channel of one call that nobody observes: its retries,
 * and a deadline that passed with nothing read. One object serves the call and all
 * its attempts; most calls make no event.
 */
export class RecordedCall implements CallTracer, AttemptTracer {
  readonly #setup: RecordingSetup;
  readonly #recorder: CallRecorder;
  readonly #totals: CallTracer & AttemptTracer;
  #callId = 0;
  #attemptId = 0;
  #attempts: number;
  #startedAt = 0;
  #messagesSent = 0;
  #octetsSent = 0;

  /**
   * A call begins.
   *
   * @param totals Counts for all calls together.
   * @param attempts How many it has had, if nothing was to be told of those.
   */
  constructor(
    setup: RecordingSetup,
    recorder: CallRecorder,
    totals: CallTracer & AttemptTracer,
    attempts: number = 0,
  ) {
    this.#setup = setup;
    this.#recorder = recorder;
    this.#totals = totals;
    this.#attempts = attempts;
  }

  attempt(): AttemptTracer {
    return this;
  }

  another(): AttemptTracer {
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
    this.#startedAt = this.#setup.clock.now();
    if (cause === "first") return;
    this.#recorder.call(this.#setup.channelId, {
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
    const at = this.#setup.clock.now();
    this.#recorder.call(this.#setup.channelId, {
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
