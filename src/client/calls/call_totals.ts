import type { GrpcError } from "../../grpc/mod.ts";
import type { CallCounters } from "../connections/mod.ts";
import { type CallRecorder, RecordedCall } from "./recorded_call.ts";
import type { AttemptCause, AttemptTracer, CallTracer } from "./traced_call.ts";
import type { TracerSetup } from "./tracer_setup.ts";

/**
 * Counts for all calls together. Of one that has a deadline, or is made again,
 * the recorder is told by an object of its own.
 */
export class CallTotals implements CallTracer, AttemptTracer {
  readonly #setup: TracerSetup;
  readonly #counters: CallCounters;

  /** Goes on with what the channel has counted. */
  constructor(setup: TracerSetup, counters: CallCounters) {
    this.#setup = setup;
    this.#counters = counters;
  }

  /** Tells the recorder of one call. */
  told(recorder: CallRecorder, attempts = 0): RecordedCall {
    return new RecordedCall(this.#setup, recorder, this, attempts);
  }

  attempt(): AttemptTracer {
    return this;
  }

  another(): AttemptTracer {
    const { recorder } = this.#setup;
    return recorder === undefined ? this : this.told(recorder, 1);
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

  heartbeat(): void {}

  ended(): void {}

  sent(): void {
    this.#counters.messagesSent++;
  }

  received(): void {
    this.#counters.messagesReceived++;
  }
}
