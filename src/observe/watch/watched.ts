/**
 * What is seen of a channel or a server at one moment: plain data.
 *
 * @module
 */
import type { ConnectionStats, ConnectivityState } from "../../grpc/mod.ts";
import type { RecorderStats, Recording } from "../../recorder/mod.ts";

/** What can be watched: a `Channel`, or what `serve` has returned. */
export interface Watchable {
  /** What it remembers; nothing with `recorder: false`. */
  recordings(): readonly Recording[];
  /** The same in numbers. */
  stats(): RecorderStats;
  /** What it has done. */
  counters(): {
    readonly callsStarted: number;
    readonly callsSucceeded: number;
    readonly callsFailed: number;
  };
  /** The state of a channel. */
  readonly state?: ConnectivityState;
  /** What led to it. */
  readonly reason?: string;
  /** When a channel tries again to connect. */
  readonly nextAttemptAt?: Date | undefined;
  /** The keepalive of the next connection of a channel. */
  readonly keepalive?: WatchedKeepalive;
}

/** The keepalive that is in force. */
export interface WatchedKeepalive {
  /** Milliseconds without a read after which a PING is sent. */
  readonly time: number;
  /** Milliseconds after that PING until the connection is closed. */
  readonly timeout: number;
  /** Whether PINGs are sent while no call is active. */
  readonly permitWithoutStream: boolean;
  /** How often servers have said that there were too many PINGs. */
  readonly tooManyPings: number;
  /** Where the time comes from, such as `option`. */
  readonly source?: string;
  /** The same of each address that the channel has connected to. */
  readonly addresses?: readonly {
    readonly address: string;
    readonly time: number;
    readonly source: string;
  }[];
}

/** Where a connection stands. */
export type WatchedState = "connecting" | "open" | "draining" | "suspect";

/** An open connection. */
export interface WatchedConnection extends ConnectionStats {
  /** Its number. */
  readonly id: number;
  /** Which end this is. */
  readonly role: "client" | "server";
  /** The address of the other end. */
  readonly peer: string;
  /** Where it stands. */
  readonly state: WatchedState;
  /** The last round-trip times, oldest first, in milliseconds; at most 60. */
  readonly rtts: readonly number[];
  /** Milliseconds since the PING that is not answered; `undefined` without one. */
  readonly unanswered: number | undefined;
  /** How it is, in words: `silent for 12 s, PING unanswered 3 s of 20 s`. */
  readonly words: string;
}

/** A connection that has ended. */
export interface WatchedEnd {
  /** Its number. */
  readonly id: number;
  /** The address of the other end. */
  readonly peer: string;
  /** When it ended, in milliseconds since 1970. */
  readonly at: number;
  /** Whether that was as it should be. */
  readonly isGood: boolean;
  /** How it ended, in a sentence. */
  readonly words: string;
}

/** Something that has happened since the last look. */
export interface WatchedNews {
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** What, as in the events. */
  readonly type: string;
  /** The connection; `undefined` for what happened to the channel. */
  readonly connection: number | undefined;
  /** What, in words, in which texts of a peer are escaped. */
  readonly words: string;
}

/** What is seen at one moment. */
export interface WatchSnapshot {
  /** When it was, in milliseconds since 1970. */
  readonly at: number;
  /** The state of a channel; `undefined` for a server. */
  readonly state: ConnectivityState | undefined;
  /** What led to it. */
  readonly reason: string | undefined;
  /** When a channel tries again to connect, in milliseconds since 1970. */
  readonly nextAttemptAt: number | undefined;
  /** The keepalive that is in force. */
  readonly keepalive: WatchedKeepalive | undefined;
  /** Calls that run, and those that have ended. */
  readonly calls: {
    readonly running: number;
    readonly succeeded: number;
    readonly failed: number;
  };
  /** All connections together, in numbers. */
  readonly total: Omit<RecorderStats, "connections">;
  /** The connections that are open, the oldest first. */
  readonly connections: readonly WatchedConnection[];
  /** The last ones that have ended, the latest first. */
  readonly ended: readonly WatchedEnd[];
  /** What has happened since the last look, in order; all there is at first. */
  readonly news: readonly WatchedNews[];
}
