/** The last of many things, in the order in which they were added. */
export class EventLog<Event> {
  readonly #most: number;
  readonly #events: Event[] = [];
  #next = 0;
  #count = 0;

  /** Starts empty, and keeps so many. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many were added. */
  get count(): number {
    return this.#count;
  }

  /** How many of them are no longer there. */
  get forgotten(): number {
    return this.#count - this.#events.length;
  }

  /** Those that are there, oldest first. */
  get events(): Event[] {
    const events = this.#events;
    return this.forgotten > 0
      ? [...events.slice(this.#next), ...events.slice(0, this.#next)]
      : [...events];
  }

  /** Adds one; the oldest goes if there is no room. */
  add(event: Event): void {
    this.#events[this.#next] = event;
    this.#next = (this.#next + 1) % this.#most;
    this.#count++;
  }
}
