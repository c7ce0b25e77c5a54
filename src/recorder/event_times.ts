import type { TransportEvent } from "../transport/mod.ts";
import { SlidingSketch } from "./sketch.ts";

/** The times that the events of connections tell. */
export class EventTimes {
  /** Round-trip times. */
  readonly rtts: SlidingSketch;
  /** By how much something was done late. */
  readonly lags: SlidingSketch;

  /** Starts without any; `error` is the largest part by which they are off. */
  constructor(error: number) {
    this.rtts = new SlidingSketch(error);
    this.lags = new SlidingSketch(error);
  }

  /** Takes what an event tells, if it tells a time. */
  note(event: TransportEvent): void {
    if (event.type === "ping-acked") this.rtts.add(event.rtt, event.at);
    else if (event.type === "timer-late") this.lags.add(event.lag, event.at);
  }
}
