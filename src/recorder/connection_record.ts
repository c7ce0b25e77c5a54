import type {
  ConnectionRecording,
  ConnectionStats,
  RecordedCall,
} from "../grpc/mod.ts";
import type { SessionCounters } from "../session/mod.ts";
import type { TransportEvent } from "../transport/mod.ts";
import { encodeEvent, eventsOf } from "./connection_codec.ts";
import { EventTimes } from "./event_times.ts";
import { PingNumbers } from "./ping_numbers.ts";
import { Ring } from "./ring.ts";
import { type ConnectionEntry, spreadOf } from "./stats.ts";

/** The largest part by which the times of one connection are off. */
const TIME_ERROR = 0.05;

/** Which connection is recorded. */
export interface ConnectionIdentity {
  /** Its number. */
  readonly id: number;
  /** Which end this is. */
  readonly role: "client" | "server";
  /** The address of the other end. */
  readonly peer: string;
  /** What is to be added to a time for milliseconds since 1970. */
  readonly wallOffset: number;
}

/** The black box of one connection: its last events, and its numbers. */
export class ConnectionRecord {
  #identity: ConnectionIdentity;
  readonly #ring: Ring;
  readonly #pings = new PingNumbers();
  /** The times of its events, once the ring has not all of them. */
  #times: EventTimes | undefined;
  readonly #since: number;
  #lastRtt = -1;
  #difference = -1;
  #strikes = 0;
  #suspends = 0;
  /** When it was last late; most connections never are. */
  #lagAt: number | undefined;
  #end: { at: number; sinceRead: number; sinceWrite: number } | undefined;

  /** Starts with nothing recorded; keeps so many events. */
  constructor(identity: ConnectionIdentity, events: number, now: number) {
    this.#identity = identity;
    this.#ring = new Ring(events);
    this.#since = now;
  }

  /** The number of the connection. */
  get id(): number {
    return this.#identity.id;
  }

  /** When it began. */
  get since(): number {
    return this.#since;
  }

  /** Octets of its ring. */
  get byteLength(): number {
    return this.#ring.byteLength;
  }

  /** Its PINGs. */
  get pings(): PingNumbers {
    return this.#pings;
  }

  /** PINGs that are neither answered nor lost. */
  get pingsOut(): number {
    return this.#pings.out;
  }

  /**
   * Milliseconds by which the last round-trip time differs from the one before;
   * -1 if there was none.
   */
  get difference(): number {
    return this.#difference;
  }

  /** Whether a lag is the one before, which its timers have noticed, too. */
  hasLag({ at, lag }: { readonly at: number; readonly lag: number }): boolean {
    return this.#lagAt !== undefined && at - lag < this.#lagAt;
  }

  /** Whether its ring keeps an event, and loses none for it. */
  hasRoomFor(event: TransportEvent): boolean {
    return isKept(event) && !this.#ring.isFull;
  }

  /**
   * Something happened. PINGs that measure the bandwidth count with their time
   * only: there may be thousands of them in a second.
   */
  record(event: TransportEvent): void {
    if (!this.hasRoomFor(event)) this.#times ??= this.#timesOfRing();
    this.#times?.note(event);
    if (event.type === "ping-acked") {
      const { rtt } = event;
      this.#difference = this.#lastRtt < 0 ? -1 : Math.abs(rtt - this.#lastRtt);
      this.#lastRtt = rtt;
      this.#pings.measured(this.#difference);
    }
    if (!isKept(event)) return;
    encodeEvent(this.#ring, event);
    switch (event.type) {
      case "ping-sent":
        return this.#pings.sent();
      case "ping-acked":
        return this.#pings.acked();
      case "keepalive-timeout":
        return this.#pings.lost(this.#pings.out);
      case "ping-strike":
        this.#strikes++;
        return;
      case "suspended":
        this.#suspends++;
        return;
      case "timer-late":
        this.#lagAt = event.at;
    }
  }

  /** The connection has ended: nothing of it is asked for any more. */
  end(at: number, counters: SessionCounters | undefined): void {
    this.#end = { at, ...sinceOf(at, counters) };
    this.#identity = copyOf(this.#identity);
  }

  /** All of it as it is now. */
  recording(
    now: number,
    counters: SessionCounters | undefined,
    calls: readonly RecordedCall[] = [],
  ): ConnectionRecording {
    return {
      type: "connection",
      ...copyOf(this.#identity),
      since: this.#since,
      until: this.#end?.at ?? now,
      forgotten: this.#ring.forgotten,
      events: eventsOf(this.#ring),
      stats: this.stats(now, counters),
      calls,
    };
  }

  /** Its numbers as they are now. */
  stats(now: number, counters: SessionCounters | undefined): ConnectionStats {
    const { at: until, sinceRead, sinceWrite } = this.#end ??
      { at: now, ...sinceOf(now, counters) };
    const { rtts, lags } = this.#times ?? this.#timesOfRing();
    return {
      pings: this.#pings.stats(rtts.whole(now)),
      age: until - this.#since,
      sinceRead,
      sinceWrite,
      strikes: this.#strikes,
      suspends: this.#suspends,
      lag: this.#lagAt === undefined ? undefined : spreadOf(lags.whole(now)),
    };
  }

  #timesOfRing(): EventTimes {
    const times = new EventTimes(TIME_ERROR);
    this.tellTimes(times);
    return times;
  }

  /** Tells the times of the events that the ring has. */
  tellTimes(times: EventTimes): void {
    for (const event of eventsOf(this.#ring)) times.note(event);
  }

  /** The same, with which connection it is. */
  entry(now: number, counters: SessionCounters): ConnectionEntry {
    const { id, role, peer } = this.#identity;
    return { id, role, peer, ...this.stats(now, counters) };
  }
}

/** Of PINGs that measure the bandwidth only the times are kept. */
function isKept(event: TransportEvent): boolean {
  return !("purpose" in event && event.purpose === "bdp");
}

function copyOf(
  { id, role, peer, wallOffset }: ConnectionIdentity,
): ConnectionIdentity {
  return { id, role, peer, wallOffset };
}

function sinceOf(
  now: number,
  counters: SessionCounters | undefined,
): { sinceRead: number; sinceWrite: number } {
  const since = (at: number = -1) => at < 0 ? -1 : Math.max(0, now - at);
  return {
    sinceRead: since(counters?.lastReadAt),
    sinceWrite: since(counters?.lastWrittenAt),
  };
}
