import { type CallEvent, Status, statusName } from "../grpc/mod.ts";
import { SEMCONV_LATENCY } from "./buckets.ts";
import { isServerError, serverAttributes } from "./conventions.ts";
import { type Instruments, SECOND } from "./instruments.ts";
import type { HistogramRecorder, MetricAttributes } from "./meter.ts";
import {
  type MethodAttributes,
  methodName,
  MethodTable,
  OTHER,
} from "./method_attributes.ts";
import { RunningCalls } from "./running_calls.ts";

/** What the attributes of a call are made of. */
interface Called {
  readonly method: string;
  /** What the channel leads to; a server has none. */
  readonly target?: string;
}

/**
 * The metrics of calls under the names of OpenTelemetry
 * ({@link https://opentelemetry.io/docs/specs/semconv/rpc/rpc-metrics/ | semantic conventions for RPC}),
 * a release candidate: `rpc.client.call.duration` and `rpc.server.call.duration`.
 */
export class SemconvCallMetrics {
  readonly #client = new RunningCalls<MethodAttributes>();
  readonly #server = new RunningCalls<MethodAttributes>();
  readonly #clientMethods = new MethodTable<Called>(
    attributesOf,
    (status) => endOf(status, status !== Status.OK),
  );
  readonly #serverMethods = new MethodTable<Called>(
    attributesOf,
    (status) => endOf(status, isServerError(status)),
  );
  readonly #clientDuration: HistogramRecorder;
  readonly #serverDuration: HistogramRecorder;

  /** Makes the instruments. */
  constructor(make: Instruments) {
    this.#clientDuration = make.histogram(
      "rpc.client.call.duration",
      "s",
      "Time that a call took, as its caller sees it.",
      SEMCONV_LATENCY,
    );
    this.#serverDuration = make.histogram(
      "rpc.server.call.duration",
      "s",
      "Time that a call took, from its headers to its end.",
      SEMCONV_LATENCY,
    );
  }

  /** Something has happened to a call. */
  onEvent(event: CallEvent): void {
    const { callId } = event;
    switch (event.type) {
      case "call-started": {
        const { method, target } = event;
        const attributes = this.#clientMethods.of({ method, target }, target);
        return this.#client.begin(callId, attributes);
      }
      case "server-call-started": {
        const method = event.isKnown ? event.method : OTHER;
        return this.#server.begin(callId, this.#serverMethods.of({ method }));
      }
      case "call-ended":
        return record(this.#clientDuration, this.#client, event);
      case "server-call-ended":
        return record(this.#serverDuration, this.#server, event);
    }
  }
}

function record(
  duration: HistogramRecorder,
  running: RunningCalls<MethodAttributes>,
  ended: CallEvent & { type: "call-ended" | "server-call-ended" },
): void {
  const attributes = running.get(ended.callId)?.ended(ended.status);
  if (attributes === undefined) return;
  running.end(ended.callId);
  duration.record(ended.duration / SECOND, attributes);
}

function attributesOf({ method, target }: Called): MetricAttributes {
  return {
    "rpc.system.name": "grpc",
    "rpc.method": method === OTHER ? "_OTHER" : methodName(method),
    ...target === undefined ? {} : serverAttributes(target),
  };
}

function endOf(status: number, isError: boolean): MetricAttributes {
  const name = statusName(status);
  const end = { "rpc.status_code": name };
  return isError ? { ...end, "error.type": name } : end;
}
