import {
  type Arrived,
  type CallEvent,
  type CallMessageEvent,
  type EndedBy,
  type GrpcError,
  type HeartbeatNews,
  type Listeners,
  MessageTally,
  Status,
  textsOf,
} from "../../grpc/mod.ts";
import { type Clock, nextId } from "../../runtime/mod.ts";
import type { ClientRequest } from "../../grpc/mod.ts";
import type { CallCounters } from "../connections/mod.ts";
import { CallTotals } from "./call_totals.ts";
import type { AttemptCause, AttemptTracer, CallTracer } from "./traced_call.ts";
import type { TracerSetup } from "./tracer_setup.ts";
import type { Transport } from "../../transport/mod.ts";

/** What a tracer tells of a request. */
type TracedRequest = Pick<ClientRequest, "method" | "metadata" | "options">;

/**
 * Makes the tracers of the calls of a channel
 * ({@link https://github.com/grpc/proposal/blob/master/A66-otel-stats.md | gRFC A66}):
 * totals, and what an observer wants.
 */
export class CallTracers {
  readonly #setup: TracerSetup;
  readonly #counters: CallCounters;
  readonly #totals: CallTotals;
  readonly #call: ((event: CallEvent) => void) | undefined;

  /** Starts with no calls; `counters` count all of them together. */
  constructor(setup: TracerSetup, counters: CallCounters) {
    this.#setup = setup;
    this.#counters = counters;
    this.#totals = new CallTotals(setup, counters);
    this.#call = recordedToo(setup);
  }

  /** A call begins. */
  begin({ method, metadata, options }: TracedRequest): CallTracer {
    const { channelId, target, clock, listeners, recorder } = this.#setup;
    this.#counters.callsStarted++;
    const call = this.#call;
    const { message } = listeners;
    if (call === undefined && message === undefined) {
      const isUntold = recorder === undefined || options.deadline === undefined;
      return isUntold ? this.#totals : this.#totals.told(recorder);
    }
    const callId = nextId("call");
    const at = clock.now();
    call?.({
      type: "call-started",
      at,
      channelId,
      callId,
      method: method.path,
      target,
      requestStream: method.requestStream,
      responseStream: method.responseStream,
      metadata: (key) => textsOf(metadata, key),
    });
    return new ObservedCall(callId, at, clock, this.#totals, call, message);
  }
}

/** The listener for the events of calls that are observed: the recorder first. */
function recordedToo(
  { recorder, channelId, listeners: { call, message } }: TracerSetup,
): Listeners["call"] {
  if (recorder === undefined || (call ?? message) === undefined) return call;
  return (event) => {
    recorder.call(channelId, event);
    call?.(event);
  };
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
  readonly #attemptId = nextId("attempt");
  readonly #tally: MessageTally;
  #startedAt: number | undefined;

  constructor(owner: ObservedCall) {
    const { callId, clock, message } = owner;
    this.#owner = owner;
    const now = () => clock.now();
    this.#tally = new MessageTally(now, message, callId, this.#attemptId);
  }

  another(): AttemptTracer {
    return this.#owner.attempt();
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

  heartbeat(type: HeartbeatNews, interval: number): void {
    const { callId, clock, call } = this.#owner;
    if (call === undefined) return;
    const news = { at: clock.now(), callId, attemptId: this.#attemptId };
    if (type === "heartbeat-agreed") call({ type, ...news, interval });
    else call({ type, ...news });
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
    ? { status: Status.OK, statusMessage: "", duration }
    : { status: error.code, statusMessage: error.statusMessage, duration };
}
