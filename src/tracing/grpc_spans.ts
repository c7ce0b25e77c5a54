import type { CallEvent, CallMessageEvent, ChannelEvent } from "../grpc/mod.ts";
import type { Clock } from "../runtime/mod.ts";
import { type Propagator, type Span, type Tracer, withSpan } from "./api.ts";
import { type Started, startOf } from "./attempt_spans.ts";
import { METADATA } from "./carrier.ts";
import {
  endGrpcSpan,
  grpcSpanName,
  methodName,
  noteMessage,
  type Outcome,
  peerAttributes,
} from "./describe.ts";
import { type CallSpan, FollowedCalls } from "./followed_calls.ts";

/** With what a style makes the spans that are not those of interceptors. */
export interface SpanMaking {
  /** Makes them. */
  readonly tracer: Tracer;
  /** Carries them, if anything does. */
  readonly propagator: Propagator | undefined;
  /** Tells what time it is. */
  readonly clock: Clock;
}

/** Code that runs without an interruption. */
type Run = object;

/** An attempt that has a span. */
interface Attempt {
  readonly span: Span;
  /** What ran when it began. */
  readonly begun: Run;
  /** Messages that its caller has taken. */
  received: number;
  /** How it ended, and when, if messages of it are still to be taken. */
  ended?: {
    readonly outcome: Outcome;
    readonly at: number;
    readonly messages: number;
  };
}

/** A call that has a span. */
interface Traced extends CallSpan {
  readonly channelId: number;
  readonly method: string;
  readonly begun: Run;
  readonly attempts: Map<number, Attempt>;
}

/**
 * The spans of the attempts at calls, with the events of gRFC A72: delays, and
 * messages. The server's span is below that of its attempt.
 *
 * @see https://github.com/grpc/proposal/blob/master/A72-open-telemetry-tracing.md
 */
export class GrpcSpans {
  readonly #making: SpanMaking;
  /** The calls that it follows. */
  readonly calls: FollowedCalls<Traced> = new FollowedCalls();
  readonly #resolved = new Set<number>();
  #run: Run | undefined;

  /** Starts with no calls. */
  constructor(making: SpanMaking) {
    this.#making = making;
  }

  /** Something has happened to a call. */
  onCall(event: CallEvent): void {
    switch (event.type) {
      case "call-started":
        return this.#onCall(event);
      case "attempt-started":
        return this.#onStarted(event);
      case "attempt-picked":
        return this.#onPicked(event);
      case "attempt-ended":
        return this.#onEnded(event);
      case "call-ended":
        return this.#forget(event.callId);
    }
  }

  /** A message of a call. */
  onMessage(event: CallMessageEvent): void {
    const traced = this.calls.get(event.callId);
    const attempt = traced?.attempts.get(event.attemptId!);
    if (attempt === undefined) return;
    noteMessage(attempt.span, event, attempt.ended?.at);
    if (event.type === "message-sent") return;
    attempt.received++;
    this.#endIfRead(traced!, event.attemptId!, attempt);
  }

  /** The addresses of a channel are known: calls have waited for that. */
  onChannel({ type, channelId, ...event }: ChannelEvent): void {
    if (type === "channel-state" && "state" in event) {
      if (event.state === "SHUTDOWN") this.#resolved.delete(channelId);
    }
    if (type !== "resolved" || this.#resolved.has(channelId)) return;
    this.#resolved.add(channelId);
    const now = this.#now();
    for (const { channelId: id, begun, span } of this.calls.values()) {
      if (id !== channelId || begun === now) continue;
      span.addEvent("Delayed name resolution complete");
    }
  }

  #onCall({ callId, channelId, method }: CallEvent & { type: "call-started" }) {
    const span = this.calls.takeSpan();
    if (span === undefined) return;
    const begun = this.#now();
    const attempts = new Map<number, Attempt>();
    const traced = { ...span, channelId, method, begun, attempts };
    const oldest = this.calls.add(callId, traced);
    if (oldest !== undefined) this.#forget(oldest);
  }

  #onStarted(event: Started): void {
    const traced = this.calls.get(event.callId);
    if (traced === undefined) return;
    const { tracer, propagator } = this.#making;
    const name = grpcSpanName("Attempt", methodName(traced.method));
    const { attributes } = startOf(event);
    const span = tracer.startSpan(name, { attributes }, traced.context);
    const attempt = { span, begun: this.#now(), received: 0 };
    traced.attempts.set(event.attemptId, attempt);
    // Its request headers are made when its stream is opened.
    const context = withSpan(traced.context, span);
    propagator?.inject(context, traced.metadata, METADATA);
  }

  #onPicked(
    { callId, attemptId, peer }: CallEvent & { type: "attempt-picked" },
  ): void {
    const attempt = this.calls.get(callId)?.attempts.get(attemptId);
    if (attempt === undefined) return;
    const { span, begun } = attempt;
    span.setAttributes(peerAttributes(peer));
    if (begun !== this.#now()) span.addEvent("Delayed LB pick complete");
  }

  #onEnded(event: CallEvent & { type: "attempt-ended" }): void {
    const { callId, attemptId, messagesReceived: messages } = event;
    const traced = this.calls.get(callId);
    const attempt = traced?.attempts.get(attemptId);
    if (attempt === undefined) return;
    attempt.ended = { outcome: event, at: this.#making.clock.wall(), messages };
    this.#endIfRead(traced!, attemptId, attempt);
  }

  /** Messages are told of when they are taken: the last ones after the end. */
  #endIfRead({ attempts }: Traced, id: number, attempt: Attempt): void {
    const { ended, received } = attempt;
    if (ended === undefined || received < ended.messages) return;
    attempts.delete(id);
    endAttempt(attempt);
  }

  /** An attempt that runs longer than its call was given up with it. */
  #forget(callId: number): void {
    const traced = this.calls.remove(callId);
    traced?.attempts.forEach(endAttempt);
  }

  /** What runs now: what does not wait is no delay. */
  #now(): Run {
    if (this.#run === undefined) {
      this.#run = {};
      queueMicrotask(() => this.#run = undefined);
    }
    return this.#run;
  }
}

function endAttempt({ span, ended }: Attempt): void {
  if (ended === undefined) span.end();
  else endGrpcSpan(span, ended.outcome, ended.at);
}
