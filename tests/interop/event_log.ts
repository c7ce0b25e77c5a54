/** How long to wait for an event unless told otherwise, in milliseconds. */
export const PATIENCE = 30_000;

/** Events that an error quotes. */
const QUOTED = 40;

/** Collects events, and lets a test wait for what they show. */
export class EventLog<Event> {
  /** All events so far. */
  readonly events: Event[] = [];
  #news = Promise.withResolvers<void>();
  #ended = false;

  /** Collects all that a source yields. */
  static of<Event>(source: AsyncIterable<Event>): EventLog<Event> {
    const log = new EventLog<Event>();
    (async () => {
      for await (const event of source) log.add(event);
      log.#ended = true;
      log.#announce();
    })();
    return log;
  }

  /** Adds an event. */
  add(event: Event): void {
    this.events.push(event);
    this.#announce();
  }

  /** How many events are of the type. */
  count(type: Event extends { type: infer Type } ? Type : never): number {
    const typed = this.events as { type?: unknown }[];
    return typed.filter((event) => event.type === type).length;
  }

  /**
   * Settles with what `pick` finds in the events, once it finds something.
   *
   * @param what Is named in the error.
   * @throws {Error} If it finds nothing in time, or before the events end.
   */
  async until<Found>(
    what: string,
    pick: (events: readonly Event[]) => Found | undefined,
    patience: number = PATIENCE,
  ): Promise<Found> {
    const timeout = Promise.withResolvers<void>();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      timeout.resolve();
    }, patience);
    try {
      for (;;) {
        const found = pick(this.events);
        if (found !== undefined) return found;
        if (this.#ended) throw this.#error(`no ${what} before the end`);
        if (isLate) throw this.#error(`no ${what} within ${patience} ms`);
        await Promise.race([this.#news.promise, timeout.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #announce(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #error(what: string): Error {
    return new Error(`Saw ${what}, only\n${quote(this.events)}`);
  }
}

/** The last events, one a line. */
export function quote(events: readonly unknown[]): string {
  return events.slice(-QUOTED).map((event) => JSON.stringify(event)).join("\n");
}
