import type { CallEvent } from "../grpc/mod.ts";
import type { Clock } from "../runtime/mod.ts";
import type { Span, SpanOptions, Tracer } from "./api.ts";
import {
  endClientSpan,
  grpcSpanName,
  methodName,
  peerAttributes,
  SpanKind,
} from "./describe.ts";
import { type CallSpan, FollowedCalls } from "./followed_calls.ts";

/** An attempt begins. */
export type Started = CallEvent & { type: "attempt-started" };

type Ended = CallEvent & { type: "attempt-ended" };

/** A call that is traced. */
interface Traced extends CallSpan {
  readonly name: string;
  /** The first attempt, which has no span unless another follows. */
  first?: { readonly started: SpanOptions; ended?: [Ended, number] };
  /** The spans of attempts that run. */
  readonly running: Map<number, Span>;
}

/**
 * The spans of attempts, if a call has more than one
 * ({@link https://github.com/grpc/proposal/blob/master/A72-open-telemetry-tracing.md | gRFC A72}).
 */
export class AttemptSpans {
  readonly #tracer: Tracer;
  readonly #clock: Clock;
  /** The calls that it follows. */
  readonly calls: FollowedCalls<Traced> = new FollowedCalls();

  /** Starts with no calls. */
  constructor(tracer: Tracer, clock: Clock) {
    this.#tracer = tracer;
    this.#clock = clock;
  }

  /** Something has happened to a call. */
  onEvent(event: CallEvent): void {
    switch (event.type) {
      case "call-started":
        return this.#onCall(event.callId, event.method);
      case "attempt-started":
        return this.#onStarted(event);
      case "attempt-picked":
        this.calls.get(event.callId)?.span
          .setAttributes(peerAttributes(event.peer));
        return;
      case "attempt-ended":
        return this.#onEnded(event);
      case "call-ended":
        return this.#forget(event.callId);
    }
  }

  #onCall(callId: number, method: string): void {
    const span = this.calls.takeSpan();
    if (span === undefined) return;
    const name = grpcSpanName("Attempt", methodName(method));
    const oldest = this.calls.add(callId, {
      ...span,
      name,
      running: new Map(),
    });
    if (oldest !== undefined) this.#forget(oldest);
  }

  #onStarted(event: Started): void {
    const traced = this.calls.get(event.callId);
    if (traced === undefined) return;
    const options = startOf(event);
    if (event.number === 1) {
      traced.first = { started: { ...options, startTime: this.#clock.wall() } };
      return;
    }
    this.#showFirst(traced);
    traced.running.set(event.attemptId, this.#start(traced, options));
  }

  #showFirst(traced: Traced): void {
    const { first } = traced;
    traced.first = undefined;
    if (first?.ended === undefined) return;
    const [event, at] = first.ended;
    endClientSpan(this.#start(traced, first.started), event, at);
  }

  #onEnded(event: Ended): void {
    const traced = this.calls.get(event.callId);
    if (traced?.first !== undefined) {
      traced.first.ended = [event, this.#clock.wall()];
    }
    const span = traced?.running.get(event.attemptId);
    if (span === undefined) return;
    traced!.running.delete(event.attemptId);
    endClientSpan(span, event);
  }

  /** An attempt that runs longer than its call was given up with it. */
  #forget(callId: number): void {
    const traced = this.calls.remove(callId);
    for (const span of traced?.running.values() ?? []) span.end();
  }

  #start({ name, context }: Traced, options: SpanOptions): Span {
    return this.#tracer.startSpan(name, options, context);
  }
}

/** How the span of an attempt begins. */
export function startOf({ previousAttempts, cause }: Started): SpanOptions {
  return {
    kind: SpanKind.CLIENT,
    attributes: {
      "previous-rpc-attempts": previousAttempts,
      "transparent-retry": cause === "transparent",
    },
  };
}
