import { type CallEvent, statusName } from "../grpc/mod.ts";
import { LEGACY_LATENCY } from "./buckets.ts";
import { type Instruments, SECOND } from "./instruments.ts";
import type { Adder, HistogramRecorder, MetricAttributes } from "./meter.ts";
import {
  type MethodAttributes,
  MethodTable,
  OTHER,
} from "./method_attributes.ts";
import { RunningCalls } from "./running_calls.ts";

/** What the attributes of a call are made of. */
interface Called {
  readonly method: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/**
 * The metrics of calls at one end under the names of
 * {@link https://github.com/grpc-ecosystem/go-grpc-middleware/tree/main/providers/prometheus | go-grpc-prometheus},
 * for dashboards that have them.
 */
export class LegacyCallMetrics {
  readonly #end: "client" | "server";
  readonly #running = new RunningCalls<MethodAttributes>();
  readonly #methods = new MethodTable<Called>(
    attributesOf,
    (status) => ({ "grpc.code": goCodeName(status) }),
  );
  readonly #started: Adder;
  readonly #handled: Adder;
  readonly #sent: Adder;
  readonly #received: Adder;
  readonly #handling: HistogramRecorder;

  /** Makes the instruments of one end. */
  constructor(make: Instruments, end: "client" | "server") {
    const counter = (name: string, description: string) =>
      make.counter(`grpc.${end}.${name}`, "", description);
    const at = end === "client" ? "on the client" : "on the server";
    this.#end = end;
    this.#started = counter("started", `RPCs started ${at}.`);
    this.#handled = counter("handled", `RPCs completed ${at}, by their code.`);
    this.#sent = counter("msg.sent", `Messages sent ${at}.`);
    this.#received = counter("msg.received", `Messages received ${at}.`);
    this.#handling = make.histogram(
      `grpc.${end}.handling`,
      "s",
      `Time that RPCs took ${at}.`,
      LEGACY_LATENCY,
    );
  }

  /** Something has happened to a call, of either end. */
  onEvent(event: CallEvent): void {
    const isOurs =
      event.type.startsWith("server-") === (this.#end === "server");
    if (!isOurs) return;
    switch (event.type) {
      case "call-started":
        return this.#onStarted(event.callId, event);
      case "server-call-started":
        return this.#onStarted(event.callId, {
          ...event,
          method: event.isKnown ? event.method : OTHER,
        });
      case "attempt-ended":
        return this.#onMessages(event);
      case "server-call-ended":
        this.#onMessages(event);
        return this.#onEnded(event);
      case "call-ended":
        return this.#onEnded(event);
    }
  }

  #onStarted(callId: number, called: Called): void {
    const attributes = this.#methods.of(called);
    this.#running.begin(callId, attributes);
    this.#started.add(1, attributes.base);
  }

  #onMessages(event: {
    readonly callId: number;
    readonly messagesSent: number;
    readonly messagesReceived: number;
  }): void {
    const base = this.#running.get(event.callId)?.base;
    if (base === undefined) return;
    this.#sent.add(event.messagesSent, base);
    this.#received.add(event.messagesReceived, base);
  }

  #onEnded(event: {
    readonly callId: number;
    readonly status: number;
    readonly duration: number;
  }): void {
    const attributes = this.#running.get(event.callId);
    if (attributes === undefined) return;
    this.#running.end(event.callId);
    this.#handled.add(1, attributes.ended(event.status));
    this.#handling.record(event.duration / SECOND, attributes.base);
  }
}

function attributesOf(called: Called): MetricAttributes {
  const { method } = called;
  const slash = method.lastIndexOf("/");
  return {
    "grpc.type": typeOf(called),
    "grpc.service": slash < 0 ? OTHER : method.slice(1, slash),
    "grpc.method": method.slice(slash + 1),
  };
}

function typeOf({ requestStream, responseStream }: Called): string {
  if (requestStream) return responseStream ? "bidi_stream" : "client_stream";
  return responseStream ? "server_stream" : "unary";
}

/** The name of a status in Go: `DeadlineExceeded`. */
function goCodeName(status: number): string {
  const name = statusName(status);
  if (name === "OK") return name;
  if (name === "CANCELLED") return "Canceled";
  return name.split("_").map((word) => word[0] + word.slice(1).toLowerCase())
    .join("");
}
