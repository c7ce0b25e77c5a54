import type { TransportEvent } from "../transport/mod.ts";
import { EventTimes } from "./event_times.ts";
import { PingNumbers } from "./ping_numbers.ts";

/** The largest part by which the times of one connection are off. */
const TIME_ERROR = 0.05;

/** What the events of one connection are in numbers. */
export class Tally {
  /** Its PINGs. */
  readonly pings = new PingNumbers();
  /** The times that they tell. */
  readonly times = new EventTimes(TIME_ERROR);
  #lastRtt: number | undefined;
  #strikes = 0;
  #suspends = 0;

  /** Those of events that were recorded. */
  static of(events: Iterable<TransportEvent>): Tally {
    const tally = new Tally();
    for (const event of events) tally.note(event);
    return tally;
  }

  /** The last round-trip time, if there was one. */
  get lastRtt(): number | undefined {
    return this.#lastRtt;
  }

  /** PINGs of the client that came too early. */
  get strikes(): number {
    return this.#strikes;
  }

  /** How often the machine slept. */
  get suspends(): number {
    return this.#suspends;
  }

  /** Takes the next event. PINGs that measure the bandwidth tell their times only. */
  note(event: TransportEvent): void {
    this.times.note(event);
    switch (event.type) {
      case "ping-sent":
        if (event.purpose !== "bdp") this.pings.sent();
        return;
      case "ping-acked": {
        const { rtt, purpose } = event;
        this.pings.measured(differenceOf(this.#lastRtt, rtt));
        this.#lastRtt = rtt;
        if (purpose !== "bdp") this.pings.acked();
        return;
      }
      case "keepalive-timeout":
        return this.pings.lost(this.pings.out);
      case "ping-strike":
        this.#strikes++;
        return;
      case "suspended":
        this.#suspends++;
    }
  }
}

/** By how much a round-trip time differs from the one before; -1 without one. */
export function differenceOf(before: number | undefined, rtt: number): number {
  return before === undefined ? -1 : Math.abs(rtt - before);
}
