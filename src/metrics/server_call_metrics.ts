import type { CallEvent } from "../grpc/mod.ts";
import { LATENCY, SIZE } from "./buckets.ts";
import { type Instruments, SECOND } from "./instruments.ts";
import type { Adder, HistogramRecorder } from "./meter.ts";
import {
  type MethodAttributes,
  methodName,
  MethodTable,
  OTHER,
} from "./method_attributes.ts";
import { RunningCalls } from "./running_calls.ts";

type Started = CallEvent & { type: "server-call-started" };
type Ended = CallEvent & { type: "server-call-ended" };

/**
 * The metrics of the calls of servers
 * ({@link https://github.com/grpc/proposal/blob/master/A66-otel-stats.md | gRFC A66}).
 */
export class ServerCallMetrics {
  readonly #running = new RunningCalls<MethodAttributes>();
  readonly #methods = new MethodTable<{ method: string }>(({ method }) => ({
    "grpc.method": methodName(method),
  }));
  readonly #started: Adder;
  readonly #sent: HistogramRecorder;
  readonly #received: HistogramRecorder;
  readonly #duration: HistogramRecorder;

  /** Makes the instruments. */
  constructor(make: Instruments) {
    this.#started = make.counter(
      "grpc.server.call.started",
      "{call}",
      "Calls that have started.",
    );
    this.#sent = make.histogram(
      "grpc.server.call.sent_total_compressed_message_size",
      "By",
      "Octets of the response messages of a call, as they travelled.",
      SIZE,
    );
    this.#received = make.histogram(
      "grpc.server.call.rcvd_total_compressed_message_size",
      "By",
      "Octets of the request messages of a call, as they travelled.",
      SIZE,
    );
    this.#duration = make.histogram(
      "grpc.server.call.duration",
      "s",
      "Time that a call took, from its headers to its end.",
      LATENCY,
    );
  }

  /** Something has happened to a call. */
  onEvent(event: CallEvent): void {
    if (event.type === "server-call-started") this.#onStarted(event);
    else if (event.type === "server-call-ended") this.#onEnded(event);
  }

  #onStarted({ callId, method, isKnown }: Started): void {
    const attributes = this.#methods.of({ method: isKnown ? method : OTHER });
    this.#running.begin(callId, attributes);
    this.#started.add(1, attributes.base);
  }

  #onEnded(event: Ended): void {
    const attributes = this.#running.get(event.callId)?.ended(event.status);
    if (attributes === undefined) return;
    this.#running.end(event.callId);
    this.#sent.record(event.octetsSent, attributes);
    this.#received.record(event.octetsReceived, attributes);
    this.#duration.record(event.duration / SECOND, attributes);
  }
}
