import {
  type ConnectionMemory,
  firstWindow,
  type MemoryLimits,
  MemoryQuota,
} from "../memory/mod.ts";
import { type ConnectionCounters, zeroConnectionCounters } from "./counters.ts";
import { EventLog, type EventSink } from "./event_log.ts";
import type { Setting } from "../frames/mod.ts";
import type { ConnectionEvent } from "./events.ts";
import { HEADER_LIMITS, type HeaderLimits } from "./headers/mod.ts";
import type { Role } from "./role.ts";

/** How a {@linkcode Connection} is set up. */
export interface ConnectionOptions {
  /** Which end this is. */
  readonly role: Role;
  /** Streams that the peer may have open at once; a server's may have none. */
  readonly maxConcurrentStreams?: number;
  /** See {@linkcode HeaderLimits.maxHeaderListSize}. */
  readonly maxHeaderListSize?: number;
  /** See {@linkcode HeaderLimits.absoluteMaxHeaderListSize}. */
  readonly absoluteMaxHeaderListSize?: number;
  /**
   * Milliseconds, from the SETTINGS of the peer on, for it to acknowledge those
   * of this end.
   */
  readonly settingsTimeout: number;
  /**
   * Octets that a receive window may grow to with the bandwidth-delay product;
   * 65 535 measures nothing.
   */
  readonly maxWindowSize?: number;
  /** What the first SETTINGS frame says besides what HTTP/2 asks for. */
  readonly furtherSettings?: readonly Setting[] | undefined;
}

/** What a {@linkcode Connection} shares with its owner. */
export interface ConnectionSetup {
  /**
   * A number from 0 to 1 that the peer does not know, so that it cannot choose
   * identifiers that are slow to find.
   */
  readonly random: number;
  /** What the connection may hold. */
  readonly limits: MemoryLimits;
  /** What it holds: an account that is made when it is asked for. */
  readonly memory: ConnectionMemory;
  /** That, if there is one: a connection holds nothing before its first stream. */
  readonly heldMemory: ConnectionMemory | undefined;
  /** Takes the events, and tells the time. */
  readonly events: EventSink;
  /** What the connection counts. */
  readonly counters: ConnectionCounters;
}

/** What a connection without an owner has; it may hold as much as by itself. */
export function standalone(
  shared: Partial<ConnectionSetup> = {},
): ConnectionSetup {
  const quota = new MemoryQuota();
  const { memory = quota.connect() } = shared;
  return {
    random: 0.5,
    limits: quota.limits,
    memory,
    heldMemory: memory,
    events: new EventLog<ConnectionEvent>(0, true),
    counters: zeroConnectionCounters(),
    ...shared,
  };
}

/** The first window of so many streams. */
export function windowOf(
  { heldMemory, limits }: ConnectionSetup,
  streams: number = 0,
): number {
  return heldMemory?.divide(streams) ?? firstWindow(limits.connection, streams);
}

/** The limits of header lists, with defaults filled in. */
export function headerLimits({
  maxHeaderListSize = HEADER_LIMITS.maxHeaderListSize,
  absoluteMaxHeaderListSize = HEADER_LIMITS.absoluteMaxHeaderListSize,
}: Partial<HeaderLimits>): HeaderLimits {
  return { maxHeaderListSize, absoluteMaxHeaderListSize };
}
