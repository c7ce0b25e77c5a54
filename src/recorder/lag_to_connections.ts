import type { LagListener, LoopWatch } from "../runtime/mod.ts";
import type { Transport, TransportEvent } from "../transport/mod.ts";

/** Milliseconds before a lag in which a connection that was at work read or wrote. */
const AT_WORK = 60;

/** A lag, as each of those connections is told it. */
export interface ToldLag {
  /** The event. */
  readonly event: Extract<TransportEvent, { readonly type: "timer-late" }>;
  /** A connection that has read since then was at work. */
  readonly since: number;
}

/**
 * The event loop was held up: told of each connection that was at work. It is one
 * for all recorders of the process. Of ten thousand channels each has a recorder,
 * so nothing is made for one whose connection was idle.
 */
export class LagToConnections<Taker> implements LagListener {
  readonly #watch: Pick<LoopWatch, "join" | "leave">;
  readonly #tell: (taker: Taker, lag: ToldLag) => void;
  readonly #takers = new Set<Taker>();

  /** Tells nobody yet; `tell` does so of the connections of one. */
  constructor(
    watch: Pick<LoopWatch, "join" | "leave">,
    tell: (taker: Taker, lag: ToldLag) => void,
  ) {
    this.#watch = watch;
    this.#tell = tell;
  }

  /** Tells one of its connections from now on. */
  join(taker: Taker): void {
    this.#takers.add(taker);
    this.#watch.join(this);
  }

  /** Does so no longer. */
  leave(taker: Taker): void {
    this.#takers.delete(taker);
    if (this.#takers.size === 0) this.#watch.leave(this);
  }

  onLag(lag: number, at: number): void {
    const event = { at, type: "timer-late", lag } as const;
    const told = { event, since: at - lag - AT_WORK };
    for (const taker of this.#takers) this.#tell(taker, told);
  }
}

/** Whether it read since, or has written for calls that still wait. */
export function isAtWork(transport: Transport, since: number): boolean {
  if (transport.lastReadAt > since) return true;
  return transport.activeStreams > 0 &&
    transport.counters().lastWrittenAt > since;
}
