import type { ClientCall } from "../grpc/client_call.ts";
import { GrpcError, Status } from "../grpc/mod.ts";
import type { Link } from "./link.ts";

/** A call that needs a connection. */
export interface WaitingCall {
  /** The call. */
  readonly call: ClientCall;
  /** Whether it waits for a connection even while attempts fail. */
  readonly waitForReady: boolean;
  /** Is called when its stream has been opened. */
  opened(link: Link): void;
}

/** Opens the stream of a call; one that has ended meanwhile is left alone. */
export function openOn(link: Link, waiting: WaitingCall): void {
  const { call } = waiting;
  if (call.ended !== undefined) return;
  try {
    call.open(link.transport);
    link.opened();
    waiting.opened(link);
  } catch (error) {
    call.cancel(refusal(error));
  }
}

/** Calls that wait for a connection, or for room on one, in order. */
export class WaitingCalls {
  readonly #waiting = new Set<WaitingCall>();

  /** Whether none waits. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Puts a call in line. */
  add(waiting: WaitingCall): void {
    this.#waiting.add(waiting);
    waiting.call.outcome.then(() => this.#waiting.delete(waiting));
  }

  /** Opens calls in order, as long as there is room. */
  serve(pick: () => Link | undefined): void {
    for (const waiting of this.#waiting) {
      if (waiting.call.ended === undefined) {
        const link = pick();
        if (link === undefined) return;
        this.#waiting.delete(waiting);
        openOn(link, waiting);
      } else {
        this.#waiting.delete(waiting);
      }
    }
  }

  /** Fails the calls that are not to wait for better times. */
  failFast(error: Error): void {
    for (const waiting of [...this.#waiting]) {
      if (!waiting.waitForReady) this.#fail(waiting, error);
    }
  }

  /** Fails all calls. */
  failAll(error: Error): void {
    for (const waiting of [...this.#waiting]) this.#fail(waiting, error);
  }

  #fail(waiting: WaitingCall, error: Error): void {
    this.#waiting.delete(waiting);
    waiting.call.cancel(unavailable(error));
  }
}

/** The status of a call that found no connection. */
export function unavailable(cause: Error): GrpcError {
  return new GrpcError(Status.UNAVAILABLE, cause.message, { cause });
}

/** The stream could not be opened: the headers, or the connection. */
function refusal(cause: unknown): GrpcError {
  const details = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof RangeError
    ? Status.RESOURCE_EXHAUSTED
    : Status.UNAVAILABLE;
  return new GrpcError(code, details, { cause });
}
