import { LateMap } from "../../collections/mod.ts";
import type { SubchannelTracer } from "./channel_tracer.ts";
import type { TrustedConnection } from "./trusted_connection.ts";

/** What became of a suspicion. */
export type SuspicionOutcome = "recovered" | "replaced" | "lost";

/** The connections of a subchannel that are suspected, and since when. */
export class Suspects {
  readonly #since = new LateMap<TrustedConnection, number>();
  readonly #tracer: SubchannelTracer;

  /** Starts with none. */
  constructor(tracer: SubchannelTracer) {
    this.#tracer = tracer;
  }

  /** All of them. */
  get connections(): TrustedConnection[] {
    return [...this.#since.keys()];
  }

  /** Whether a connection is one. */
  has(connection: TrustedConnection): boolean {
    return this.#since.has(connection);
  }

  /** A connection is suspected. */
  add(connection: TrustedConnection, now: number, reason: string): void {
    this.#since.set(connection, now);
    this.#tracer.suspected(connection.transport, reason);
  }

  /** That is over; answers with whether it was one. */
  remove(connection: TrustedConnection, outcome: SuspicionOutcome): boolean {
    const since = this.#since.get(connection);
    if (since === undefined) return false;
    // Who is told may give up the subchannel, with all that are suspected.
    this.#tracer.suspicionEnded(connection.transport, outcome, since);
    return this.#since.delete(connection);
  }

  /** All were replaced: those whose calls have ended are of no use. */
  dismissAll(): void {
    for (const each of this.connections) this.dismiss(each);
  }

  /** One that was replaced, and whose calls have ended, is of no use. */
  dismiss(connection: TrustedConnection): void {
    if (connection.transport.activeStreams > 0) return;
    this.remove(connection, "replaced");
    void connection.transport.close();
  }
}
