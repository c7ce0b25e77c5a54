import type {
  ConnectionRecording,
  ConnectionStats,
  RecordedCall,
} from "../grpc/mod.ts";
import type { SessionCounters } from "../session/mod.ts";
import type { TransportEvent } from "../transport/mod.ts";
import { encodeEvent, eventsOf } from "./connection_codec.ts";
import { Ring } from "./ring.ts";
import { type ConnectionEntry, spreadOf } from "./stats.ts";
import { differenceOf, Tally } from "./tally.ts";

/** Which connection is recorded. */
export interface ConnectionIdentity {
  /** Its number. */
  readonly id: number;
  /** Which end this is. */
  readonly role: "client" | "server";
  /** The address of the other end. */
  readonly peer: string;
}

/** What is kept of a connection that has ended. */
interface End extends ConnectionIdentity {
  readonly at: number;
  readonly sinceRead: number;
  readonly sinceWrite: number;
}

/**
 * The black box of one connection: its last events, and its numbers. As long as it
 * is open, what it says of itself is looked up when wanted.
 */
export class ConnectionRecord<
  Connection extends ConnectionIdentity = ConnectionIdentity,
> {
  #connection: Connection | undefined;
  #end: End | undefined;
  readonly #ring: Ring;
  readonly #since: number;
  readonly #wallOffset: number;
  /** Its numbers, once the ring has not all of its events: until then it tells them. */
  #tally: Tally | undefined;
  /** The last round-trip time, if anybody has asked how it differs. */
  #lastRtt: number | undefined;
  /** When it was last late; most connections never are. */
  #lagAt: number | undefined;

  /**
   * Starts with nothing recorded; keeps so many events.
   *
   * @param wallOffset What is to be added to a time for milliseconds since 1970.
   */
  constructor(
    connection: Connection,
    events: number,
    now: number,
    wallOffset: number = 0,
  ) {
    this.#connection = connection;
    this.#ring = new Ring(events);
    this.#since = now;
    this.#wallOffset = wallOffset;
  }

  /** The connection, as long as it is open. */
  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** The number of the connection. */
  get id(): number {
    return (this.#connection ?? this.#end!).id;
  }

  /** When it began. */
  get since(): number {
    return this.#since;
  }

  /** What is to be added to a time for milliseconds since 1970. */
  get wallOffset(): number {
    return this.#wallOffset;
  }

  /** Octets of its ring. */
  get byteLength(): number {
    return this.#ring.byteLength;
  }

  /** Its numbers so far. */
  get tally(): Tally {
    return this.#tally ?? Tally.of(eventsOf(this.#ring));
  }

  /**
   * Milliseconds by which a round-trip time, which is recorded next, differs from
   * the last one; -1 if there was none.
   */
  differenceTo(rtt: number): number {
    const before = this.#lastRtt ?? this.tally.lastRtt;
    this.#lastRtt = rtt;
    return differenceOf(before, rtt);
  }

  /** Whether a lag is the one before, which its timers have noticed, too. */
  hasLag({ at, lag }: { readonly at: number; readonly lag: number }): boolean {
    const lagAt = this.#lagAt;
    return lagAt !== undefined && at - lag < lagAt;
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
    if (!this.hasRoomFor(event)) this.#tally ??= this.tally;
    this.#tally?.note(event);
    if (event.type === "timer-late") this.#lagAt = event.at;
    if (isKept(event)) encodeEvent(this.#ring, event);
  }

  /** The connection has ended: nothing of it is asked for any more. */
  end(at: number, counters: SessionCounters | undefined): void {
    this.#end = { ...this.#identity, at, ...sinceOf(at, counters) };
    this.#connection = undefined;
  }

  /** All of it as it is now. */
  recording(
    now: number,
    counters: SessionCounters | undefined,
    calls: readonly RecordedCall[] = [],
  ): ConnectionRecording {
    return {
      type: "connection",
      ...this.#identity,
      wallOffset: this.#wallOffset,
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
    const { pings, times: { rtts, lags }, strikes, suspends } = this.tally;
    return {
      pings: pings.stats(rtts.whole(now)),
      age: until - this.#since,
      sinceRead,
      sinceWrite,
      strikes,
      suspends,
      lag: this.#lagAt === undefined ? undefined : spreadOf(lags.whole(now)),
    };
  }

  /** The events that the ring has. */
  events(): TransportEvent[] {
    return eventsOf(this.#ring);
  }

  /** The same, with which connection it is. */
  entry(now: number, counters: SessionCounters): ConnectionEntry {
    return { ...this.#identity, ...this.stats(now, counters) };
  }

  get #identity(): ConnectionIdentity {
    const { id, role, peer } = this.#connection ?? this.#end!;
    return { id, role, peer };
  }
}

/** Of PINGs that measure the bandwidth only the times are kept. */
function isKept(event: TransportEvent): boolean {
  return !("purpose" in event && event.purpose === "bdp");
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
