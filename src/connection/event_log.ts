import type { ConnectionEvent } from "./events.ts";

/** Where a connection puts its events. */
export interface EventSink {
  /** The time that its events are stamped with. */
  readonly now: number;
  /** Whether an event of a kind that only informs is to be made at all. */
  wants(type: ConnectionEvent["type"]): boolean;
  /** Adds an event. */
  push(event: ConnectionEvent): void;
}

/** What a log has while nothing has happened: most have nothing most of the time. */
const NONE: readonly never[] = Object.freeze([]);

/** Whether all kinds of events that only inform are made, or which ones. */
export type Observed<Type extends string> = boolean | readonly Type[];

/**
 * The events of a connection until its owner takes them, and the clock that
 * stamps them.
 */
export class EventLog<
  Event extends { readonly at: number; readonly type: string },
> {
  /** Kinds that only inform and are made. */
  observed: Observed<Event["type"]>;
  /** The latest time that `tick` was told. */
  now: number;
  #events: readonly Event[] = NONE;

  /** Starts empty, at a time. */
  constructor(now: number, observed: Observed<Event["type"]>) {
    this.now = now;
    this.observed = observed;
  }

  /** Time has passed; a clock that goes back is taken to stand still. */
  tick(now: number): void {
    if (now > this.now) this.now = now;
  }

  /** Whether an event of a kind that only informs is to be made. */
  wants(type: Event["type"]): boolean {
    const { observed } = this;
    return typeof observed === "boolean" ? observed : observed.includes(type);
  }

  /** Adds an event: most come alone, and a list that grows has room for many. */
  push(event: Event): void {
    if (this.#events === NONE) this.#events = [event];
    else (this.#events as Event[]).push(event);
  }

  /** Takes the events since the last call, in order. */
  take(): readonly Event[] {
    const events = this.#events;
    this.#events = NONE;
    return events;
  }
}
