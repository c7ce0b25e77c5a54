import type { CallEvent, ChannelEvent } from "../grpc/mod.ts";
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
  readonly #most: number;
  readonly #events: (ChannelEvent | CallEvent)[] = [];
  #next = 0;
  #count = 0;

  /** Starts empty, and keeps so many events. */
  constructor(id: number, most: number) {
    this.#id = id;
    this.#most = most;
  }

  /** Adds an event; a text that is very long is cut. */
  add(event: ChannelEvent | CallEvent): void {
    this.#events[this.#next] = shortened(event);
    this.#next = (this.#next + 1) % this.#most;
    this.#count++;
  }

  /** All of it as it is now. */
  recording(wallOffset: number): ChannelRecording {
    const events = this.#events;
    const isFull = this.#count > events.length;
    return {
      type: "channel",
      id: this.#id,
      wallOffset,
      forgotten: this.#count - events.length,
      events: isFull
        ? [...events.slice(this.#next), ...events.slice(0, this.#next)]
        : [...events],
    };
  }
}

/** Counts suspicions and their outcomes. */
export class SuspicionNumbers {
  readonly #counts = { begun: 0, recovered: 0, replaced: 0, lost: 0 };

  /** Counts what an event tells of them. */
  note(event: ChannelEvent): void {
    if (event.type === "suspected") this.#counts.begun++;
    if (event.type === "suspicion-ended") this.#counts[event.outcome]++;
  }

  /** How many there were. */
  stats(): SuspicionStats {
    return { ...this.#counts };
  }
}

function shortened<Event extends ChannelEvent | CallEvent>(
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
