import type { LagListener } from "../runtime/mod.ts";
import type { Transport, TransportEvent } from "../transport/mod.ts";

/** Milliseconds before a lag in which a connection that was at work read or wrote. */
const AT_WORK = 60;

/** The connections that are open. */
interface OpenConnections {
  values(): Iterable<{ readonly transport: Transport }>;
}

/** Who takes the events of connections. */
interface ConnectionTaker {
  connection(event: TransportEvent, transport: Transport): void;
}

/** The event loop was held up: told of each connection that was at work. */
export class LagToConnections implements LagListener {
  readonly #taker: ConnectionTaker;
  readonly #open: OpenConnections;

  /** Tells of those that are open when there is a lag. */
  constructor(taker: ConnectionTaker, open: OpenConnections) {
    this.#taker = taker;
    this.#open = open;
  }

  onLag(lag: number, at: number): void {
    for (const { transport } of this.#open.values()) {
      if (isAtWork(transport, at - lag - AT_WORK)) {
        this.#taker.connection({ at, type: "timer-late", lag }, transport);
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
