import type { CallEvent } from "../grpc/mod.ts";
import { LATENCY, RETRIES, SIZE, TRANSPARENT_RETRIES } from "./buckets.ts";
import { type Instruments, SECOND } from "./instruments.ts";
import type { Adder, HistogramRecorder } from "./meter.ts";
import {
  type MethodAttributes,
  methodName,
  MethodTable,
} from "./method_attributes.ts";
import { RunningCalls } from "./running_calls.ts";
import { targetName } from "./target_name.ts";

type Started = CallEvent & { type: "call-started" };
type AttemptEnded = CallEvent & { type: "attempt-ended" };
type CallEnded = CallEvent & { type: "call-ended" };

/** A call that runs. */
interface Running {
  readonly attributes: MethodAttributes;
  /** Attempts that run. */
  attempts: number;
  hasEnded: boolean;
}

/**
 * The metrics of the calls of channels and of their attempts
 * ({@link https://github.com/grpc/proposal/blob/master/A66-otel-stats.md | gRFC A66}).
 */
export class ClientCallMetrics {
  readonly #running = new RunningCalls<Running>();
  readonly #methods = new MethodTable<Started>(({ method, target }) => ({
    "grpc.method": methodName(method),
    "grpc.target": targetName(target),
  }));
  readonly #attemptsStarted: Adder;
  readonly #attemptDuration: HistogramRecorder;
  readonly #sent: HistogramRecorder;
  readonly #received: HistogramRecorder;
  readonly #callDuration: HistogramRecorder;
  readonly #retries: RetryMetrics | undefined;

  /**
   * Makes the instruments.
   *
   * @param withRetries Whether those of gRFC A96, too.
   */
  constructor(make: Instruments, withRetries: boolean) {
    this.#attemptsStarted = make.counter(
      "grpc.client.attempt.started",
      "{attempt}",
      "Attempts at calls that have started.",
    );
    this.#attemptDuration = make.histogram(
      "grpc.client.attempt.duration",
      "s",
      "Time that an attempt at a call took, the search for a connection included.",
      LATENCY,
    );
    this.#sent = make.histogram(
      "grpc.client.attempt.sent_total_compressed_message_size",
      "By",
      "Octets of the request messages of an attempt, as they travelled.",
      SIZE,
    );
    this.#received = make.histogram(
      "grpc.client.attempt.rcvd_total_compressed_message_size",
      "By",
      "Octets of the response messages of an attempt, as they travelled.",
      SIZE,
    );
    this.#callDuration = make.histogram(
      "grpc.client.call.duration",
      "s",
      "Time that a call took, as its caller sees it.",
      LATENCY,
    );
    this.#retries = withRetries ? new RetryMetrics(make) : undefined;
  }

  /** Something has happened to a call. */
  onEvent(event: CallEvent): void {
    switch (event.type) {
      case "call-started":
        return this.#onStarted(event);
      case "attempt-started":
        return this.#onAttemptStarted(event.callId);
      case "attempt-ended":
        return this.#onAttemptEnded(event);
      case "call-ended":
        return this.#onEnded(event);
    }
  }

  #onStarted(event: Started): void {
    const attributes = this.#methods.of(event, event.target);
    const running = { attributes, attempts: 0, hasEnded: false };
    this.#running.begin(event.callId, running);
  }

  #onAttemptStarted(callId: number): void {
    const running = this.#running.get(callId);
    if (running === undefined) return;
    running.attempts++;
    this.#attemptsStarted.add(1, running.attributes.base);
  }

  #onAttemptEnded(event: AttemptEnded): void {
    const running = this.#running.get(event.callId);
    if (running === undefined) return;
    running.attempts--;
    const attributes = running.attributes.ended(event.status);
    this.#attemptDuration.record(event.duration / SECOND, attributes);
    this.#sent.record(event.octetsSent, attributes);
    this.#received.record(event.octetsReceived, attributes);
    this.#forgetIfOver(event.callId, running);
  }

  #onEnded(event: CallEnded): void {
    const running = this.#running.get(event.callId);
    if (running === undefined) return;
    running.hasEnded = true;
    const { attributes } = running;
    const ended = attributes.ended(event.status);
    this.#callDuration.record(event.duration / SECOND, ended);
    this.#retries?.onEnded(event, attributes);
    this.#forgetIfOver(event.callId, running);
  }

  /** The last attempt of a call that was given up may end after it. */
  #forgetIfOver(callId: number, { attempts, hasEnded }: Running): void {
    if (hasEnded && attempts === 0) this.#running.end(callId);
  }
}

/**
 * The metrics of retries
 * ({@link https://github.com/grpc/proposal/blob/master/A96-retry-otel-stats.md | gRFC A96}):
 * of calls that were retried, and of no others.
 */
class RetryMetrics {
  readonly #retries: HistogramRecorder;
  readonly #transparentRetries: HistogramRecorder;
  readonly #retryDelay: HistogramRecorder;

  constructor(make: Instruments) {
    this.#retries = make.histogram(
      "grpc.client.call.retries",
      "{retry}",
      "Retries of a call by its retry policy.",
      RETRIES,
    );
    this.#transparentRetries = make.histogram(
      "grpc.client.call.transparent_retries",
      "{transparent_retry}",
      "Attempts at a call of which no server has seen the one before.",
      TRANSPARENT_RETRIES,
    );
    this.#retryDelay = make.histogram(
      "grpc.client.call.retry_delay",
      "s",
      "Time in which no attempt at a call was made, as its retry policy has it.",
      LATENCY,
    );
  }

  onEnded(event: CallEnded, { base }: MethodAttributes): void {
    const { retries, transparentRetries, retryDelay } = event;
    if (transparentRetries > 0) {
      this.#transparentRetries.record(transparentRetries, base);
    }
    if (retries === 0) return;
    this.#retries.record(retries, base);
    this.#retryDelay.record(retryDelay / SECOND, base);
  }
}
