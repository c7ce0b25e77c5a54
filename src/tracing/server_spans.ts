import type { CallEvent, CallMessageEvent } from "../grpc/mod.ts";
import type { Span } from "./api.ts";
import { endGrpcSpan, noteMessage, type Outcome } from "./describe.ts";

/**
 * The spans of calls of servers, by gRFC A72: with an event for each message, and
 * open until the status is sent, which is after the interceptors.
 */
export class ServerSpans {
  readonly #running = new Map<number, Span>();
  readonly #followed = new WeakSet<Span>();
  #arrived: number | undefined;

  /** Something has happened to a call. */
  onCall(event: CallEvent): void {
    switch (event.type) {
      case "server-call-started":
        // Its interceptors run at once. A call whose handler has to wait for others
        // of its connection is not followed.
        this.#arrived = event.callId;
        return queueMicrotask(() => this.#arrived = undefined);
      case "server-call-ended": {
        const span = this.#running.get(event.callId);
        this.#running.delete(event.callId);
        if (span !== undefined) endGrpcSpan(span, event);
      }
    }
  }

  /** The call that has just arrived has a span. */
  begin(span: Span): void {
    if (this.#arrived === undefined) return;
    this.#running.set(this.#arrived, span);
    this.#followed.add(span);
    this.#arrived = undefined;
  }

  /** A message of a call. */
  onMessage(event: CallMessageEvent): void {
    const span = this.#running.get(event.callId);
    if (span !== undefined) noteMessage(span, event);
  }

  /** The interceptors are done: a span that is not followed ends with them. */
  end(span: Span, outcome: Outcome): void {
    if (!this.#followed.has(span)) endGrpcSpan(span, outcome);
  }
}
