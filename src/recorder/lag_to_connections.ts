import type { LagListener, LoopWatch } from "../runtime/mod.ts";
import type { Transport, TransportEvent } from "../transport/mod.ts";

/** Milliseconds before a lag in which a connection that was at work read or wrote. */
const AT_WORK = 60;

/** Who takes the events of connections. */
interface ConnectionTaker {
  connection(event: TransportEvent, transport: Transport): void;
}

/**
 * The event loop was held up: told of each connection that was at work. It is one
 * for all recorders of the process.
 */
export class LagToConnections<Taker extends ConnectionTaker>
  implements LagListener {
  readonly #watch: Pick<LoopWatch, "join" | "leave">;
  readonly #openOf: (taker: Taker) => Iterable<Transport>;
  readonly #takers = new Set<Taker>();

  /** Tells nobody yet; `openOf` has the connections that are open. */
  constructor(
    watch: Pick<LoopWatch, "join" | "leave">,
    openOf: (taker: Taker) => Iterable<Transport>,
  ) {
    this.#watch = watch;
    this.#openOf = openOf;
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
    for (const taker of [...this.#takers]) {
      for (const transport of this.#openOf(taker)) {
        if (!isAtWork(transport, at - lag - AT_WORK)) continue;
        taker.connection({ at, type: "timer-late", lag }, transport);
      }
    }
  }
}

/** Whether it read since, or has written for calls that still wait. */
function isAtWork(transport: Transport, since: number): boolean {
  if (transport.lastReadAt > since) return true;
  return transport.activeStreams > 0 &&
    transport.counters().lastWrittenAt > since;
}
