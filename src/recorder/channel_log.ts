import type { CallEvent, ChannelEvent } from "../grpc/mod.ts";
import { EventLog } from "./event_log.ts";
import { cut } from "./notes.ts";
import type { ChannelRecording } from "./recording.ts";
import type { SuspicionStats } from "./stats.ts";

/** The longest list of addresses that is kept whole. */
const MAX_ADDRESSES = 64;

/**
 * The last events of a channel, as they are: they are rare, and nothing of them
 * is a number.
 */
export class ChannelLog {
  readonly #id: number;
  readonly #log: EventLog<ChannelEvent | CallEvent>;

  /** Starts empty, and keeps so many events. */
  constructor(id: number, most: number) {
    this.#id = id;
    this.#log = new EventLog(most);
  }

  /** Adds an event; a text that is very long is cut. */
  add(event: ChannelEvent | CallEvent): void {
    this.#log.add(shortened(event));
  }

  /** All of it as it is now. */
  recording(wallOffset: number): ChannelRecording {
    const { forgotten, events } = this.#log;
    return { type: "channel", id: this.#id, wallOffset, forgotten, events };
  }
}

/** An event that {@linkcode SuspicionNumbers} count. */
type SuspicionEvent = Extract<
  ChannelEvent,
  { readonly type: "suspected" | "suspicion-ended" }
>;

/** Whether a suspicion has begun or ended. */
export function isOfSuspicion(event: ChannelEvent): event is SuspicionEvent {
  return event.type === "suspected" || event.type === "suspicion-ended";
}

/** Counts suspicions and their outcomes. */
export class SuspicionNumbers {
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

/** The same event without very long texts and lists. */
export function shortened<Event extends ChannelEvent | CallEvent>(
  event: Event,
): Event {
  if ("reason" in event && cut(event.reason) !== event.reason) {
    return { ...event, reason: cut(event.reason) };
  }
  if ("addresses" in event && event.addresses.length > MAX_ADDRESSES) {
    return { ...event, addresses: event.addresses.slice(0, MAX_ADDRESSES) };
  }
  return event;
}
