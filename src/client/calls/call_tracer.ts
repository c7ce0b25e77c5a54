import {
  type Arrived,
  type CallEvent,
  type CallMessageEvent,
  type EndedBy,
  type GrpcError,
  type Listeners,
  type MessageCounter,
  MessageTally,
  type MethodDefinition,
  Status,
} from "../../grpc/mod.ts";
import { type Clock, nextId } from "../../runtime/mod.ts";
import type { ChannelCounters } from "../connections/mod.ts";
import type { Transport } from "../../transport/mod.ts";

/** Why an attempt is made, see `CallEvent`. */
export type AttemptCause = "first" | "transparent" | "policy";

/** Is told what becomes of an attempt. */
export interface AttemptTracer extends MessageCounter {
  /** It begins, and looks for a connection. One that never begins is none. */
  started(cause: AttemptCause, previousAttempts: number): void;
  /** Its stream was opened. */
  picked(transport: Transport, streamId: number): void;
  /** It ended; once. */
  ended(error: GrpcError | undefined, by: EndedBy, arrived: Arrived): void;
}

/** Is told what becomes of a call. */
export interface CallTracer {
  /** Another attempt is prepared. */
  attempt(): AttemptTracer;
  /** The call ended, as its caller is told; once. */
  finished(error: GrpcError | undefined): void;
}

/** What a tracer tells of a method. */
export type CalledMethod = Pick<
  MethodDefinition<unknown, unknown>,
  "path" | "requestStream" | "responseStream"
>;

/** What the calls of a channel have in common for their tracers. */
export interface TracerSetup {
  /** The number of the channel. */
  readonly channelId: number;
  /** What the channel leads to. */
  readonly target: string;
  /** The clock of the events. */
  readonly clock: Clock;
  /** Whom to tell. */
  readonly listeners: Listeners;
  /** What is counted, for all calls together. */
  readonly counters: ChannelCounters;
}

/**
 * Makes the tracers of the calls of a channel
 * ({@link https://github.com/grpc/proposal/blob/master/A66-otel-stats.md | gRFC A66}):
 * totals, and what an observer wants.
 */
export class CallTracers {
  readonly #setup: TracerSetup;
  readonly #totals: CallTotals;

  /** Starts with no calls. */
  constructor(setup: TracerSetup) {
    this.#setup = setup;
    this.#totals = new CallTotals(setup.counters);
  }

  /** A call of a method begins. */
  begin({ path, requestStream, responseStream }: CalledMethod): CallTracer {
    const { channelId, target, clock, listeners, counters } = this.#setup;
    counters.callsStarted++;
    const { call, message } = listeners;
    if (call === undefined && message === undefined) return this.#totals;
    const callId = nextId();
    const at = clock.now();
    call?.({
      type: "call-started",
      at,
      channelId,
      callId,
      method: path,
      target,
      requestStream,
      responseStream,
    });
    return new ObservedCall(callId, at, clock, this.#totals, call, message);
  }
}

/** Counts for all calls together; nothing is made for a call. */
class CallTotals implements CallTracer, AttemptTracer {
  readonly #counters: ChannelCounters;

  constructor(counters: ChannelCounters) {
    this.#counters = counters;
  }

  attempt(): AttemptTracer {
    return this;
  }

  finished(error: GrpcError | undefined): void {
    if (error === undefined) this.#counters.callsSucceeded++;
    else this.#counters.callsFailed++;
  }

  started(cause: AttemptCause): void {
    this.#counters.attemptsStarted++;
    if (cause === "policy") this.#counters.retries++;
    if (cause === "transparent") this.#counters.transparentRetries++;
  }

  picked(): void {}

  ended(): void {}

  sent(): void {
    this.#counters.messagesSent++;
  }

  received(): void {
    this.#counters.messagesReceived++;
  }
}

/** Tells an observer of one call. */
class ObservedCall implements CallTracer {
  readonly callId: number;
  readonly clock: Clock;
  readonly totals: CallTotals;
  readonly call: ((event: CallEvent) => void) | undefined;
  readonly message: ((event: CallMessageEvent) => void) | undefined;
  readonly #startedAt: number;
  #attempts = 0;
  #retries = 0;
  #transparentRetries = 0;
  #retryDelay = 0;
  #restsSince = 0;

  constructor(
    callId: number,
    startedAt: number,
    clock: Clock,
    totals: CallTotals,
    call: ((event: CallEvent) => void) | undefined,
    message: ((event: CallMessageEvent) => void) | undefined,
  ) {
    this.callId = callId;
    this.#startedAt = startedAt;
    this.clock = clock;
    this.totals = totals;
    this.call = call;
    this.message = message;
  }

  attempt(): AttemptTracer {
    return new ObservedAttempt(this);
  }

  /** An attempt begins; answers with its number. */
  begins(cause: AttemptCause, at: number): number {
    if (cause === "transparent") this.#transparentRetries++;
    if (cause === "policy") {
      this.#retries++;
      this.#retryDelay += at - this.#restsSince;
    }
    return ++this.#attempts;
  }

  /** An attempt has ended. */
  rests(at: number): void {
    this.#restsSince = at;
  }

  finished(error: GrpcError | undefined): void {
    this.totals.finished(error);
    if (this.call === undefined) return;
    const at = this.clock.now();
    this.call({
      type: "call-ended",
      at,
      callId: this.callId,
      ...endOf(error, at - this.#startedAt),
      retries: this.#retries,
      transparentRetries: this.#transparentRetries,
      retryDelay: this.#retryDelay,
    });
  }
}

/** Tells an observer of one attempt. */
class ObservedAttempt implements AttemptTracer {
  readonly #owner: ObservedCall;
  readonly #attemptId = nextId();
  readonly #tally: MessageTally;
  #startedAt: number | undefined;

  constructor(owner: ObservedCall) {
    const { callId, clock, message } = owner;
    this.#owner = owner;
    const now = () => clock.now();
    this.#tally = new MessageTally(now, message, callId, this.#attemptId);
  }

  started(cause: AttemptCause, previousAttempts: number): void {
    const { callId, clock, totals, call } = this.#owner;
    totals.started(cause);
    const at = clock.now();
    this.#startedAt = at;
    call?.({
      type: "attempt-started",
      at,
      callId,
      attemptId: this.#attemptId,
      number: this.#owner.begins(cause, at),
      cause,
      previousAttempts,
    });
  }

  picked(transport: Transport, streamId: number): void {
    const { callId, clock, call } = this.#owner;
    if (call === undefined) return;
    const at = clock.now();
    call({
      type: "attempt-picked",
      at,
      callId,
      attemptId: this.#attemptId,
      delay: at - this.#startedAt!,
      peer: transport.peer,
      connectionId: transport.id,
      streamId,
    });
  }

  ended(error: GrpcError | undefined, by: EndedBy, arrived: Arrived): void {
    if (this.#startedAt === undefined) return;
    const { callId, clock, call } = this.#owner;
    const at = clock.now();
    this.#owner.rests(at);
    call?.({
      type: "attempt-ended",
      at,
      callId,
      attemptId: this.#attemptId,
      by,
      ...endOf(error, at - this.#startedAt),
      ...this.#tally.sums(arrived),
    });
  }

  sent(size: number, sizeOnWire: number): void {
    this.#owner.totals.sent();
    this.#tally.sent(size, sizeOnWire);
  }

  received(size: number, sizeOnWire: number): void {
    this.#owner.totals.received();
    this.#tally.received(size, sizeOnWire);
  }
}

function endOf(error: GrpcError | undefined, duration: number) {
  return error === undefined
    ? { status: Status.OK, details: "", duration }
    : { status: error.code, details: error.details, duration };
}
