import type { Metadata } from "../grpc/mod.ts";
import type { Context, Span } from "./api.ts";

/** Calls that are followed at once: of more, the oldest is forgotten. */
const MOST_CALLS = 100_000;

/** The span of a call. */
export interface CallSpan {
  /** The span itself. */
  readonly span: Span;
  /** The context in which it is the active one. */
  readonly context: Context;
  /** What travels with it. */
  readonly metadata: Metadata;
}

/** The calls of channels that have spans, by their numbers. */
export class FollowedCalls<Traced extends CallSpan> {
  readonly #calls = new Map<number, Traced>();
  #beginning: CallSpan | undefined;

  /** Makes a call that has a span: the next that begins is that. */
  following<Result>(span: CallSpan, call: () => Result): Result {
    this.#beginning = span;
    try {
      return call();
    } finally {
      this.#beginning = undefined;
    }
  }

  /** The span of the call that begins now, if it has one. */
  takeSpan(): CallSpan | undefined {
    const span = this.#beginning;
    this.#beginning = undefined;
    return span;
  }

  /** Follows a call; answers with the oldest if that is one too many. */
  add(callId: number, traced: Traced): number | undefined {
    this.#calls.set(callId, traced);
    if (this.#calls.size <= MOST_CALLS) return undefined;
    for (const oldest of this.#calls.keys()) return oldest;
  }

  /** A call that is followed. */
  get(callId: number): Traced | undefined {
    return this.#calls.get(callId);
  }

  /** All of them. */
  values(): Iterable<Traced> {
    return this.#calls.values();
  }

  /** Follows a call no longer; answers with what it was. */
  remove(callId: number): Traced | undefined {
    const traced = this.#calls.get(callId);
    this.#calls.delete(callId);
    return traced;
  }
}
