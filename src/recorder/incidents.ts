import type { ChannelEvent } from "../grpc/mod.ts";
import type { TransportEvent } from "../transport/mod.ts";
import type { RecorderStats, SuspicionStats } from "./stats.ts";

type Counts = Pick<
  RecorderStats,
  "ended" | "suspicions" | "strikes" | "suspends"
>;

/** An event that {@linkcode SuspicionNumbers} count. */
type SuspicionEvent = Extract<
  ChannelEvent,
  { readonly type: "suspected" | "suspicion-ended" }
>;

/** Counts suspicions and their outcomes. */
class SuspicionNumbers {
  readonly #counts = { begun: 0, recovered: 0, replaced: 0, lost: 0 };

  /** Counts what an event tells of them. */
  note(event: SuspicionEvent): void {
    if (event.type === "suspected") this.#counts.begun++;
    else this.#counts[event.outcome]++;
  }

  /** How many there were. */
  stats(): SuspicionStats {
    return { ...this.#counts };
  }
}

/** The types of what {@linkcode Incidents} count. */
const TYPES = [
  "ping-strike",
  "suspended",
  "timer-late",
  "closed",
  "suspected",
  "suspicion-ended",
] as const;

/** Something that a connection or a channel that only waits does not have. */
export type Incident = Extract<
  TransportEvent | ChannelEvent,
  { readonly type: typeof TYPES[number] }
>;

/** Whether an event is one that {@linkcode Incidents} count. */
export function isIncident(
  event: TransportEvent | ChannelEvent,
): event is Incident {
  return (TYPES as readonly string[]).includes(event.type);
}

/** Counts incidents. */
export class Incidents {
  readonly #suspicions = new SuspicionNumbers();
  readonly #ended: Record<string, number> = {};
  #strikes = 0;
  #suspends = 0;
  #hasLag = false;

  /** Whether one of the connections was late. */
  get hasLag(): boolean {
    return this.#hasLag;
  }

  /** Counts one. */
  note(event: Incident): void {
    switch (event.type) {
      case "ping-strike":
        this.#strikes++;
        return;
      case "suspended":
        this.#suspends++;
        return;
      case "timer-late":
        this.#hasLag = true;
        return;
      case "closed": {
        const { kind } = event.reason;
        this.#ended[kind] = (this.#ended[kind] ?? 0) + 1;
        return;
      }
      case "suspected":
      case "suspicion-ended":
        this.#suspicions.note(event);
    }
  }

  /** How many there were. */
  counts(): Counts {
    return {
      ended: { ...this.#ended },
      suspicions: this.#suspicions.stats(),
      strikes: this.#strikes,
      suspends: this.#suspends,
    };
  }
}
