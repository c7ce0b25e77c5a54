import type { CallEvent, ChannelEvent } from "../grpc/mod.ts";
import type { TransportEvent } from "../transport/mod.ts";
import type { ConnectionStats } from "./stats.ts";

/** What happened to a connection, as far as it is remembered. */
export interface ConnectionRecording {
  /** Tells it from that of a channel. */
  readonly type: "connection";
  /** Its number: `Transport.id`. */
  readonly id: number;
  /** Which end it was recorded at. */
  readonly role: "client" | "server";
  /** The address of the other end. */
  readonly peer: string;
  /** What is to be added to a time of it for milliseconds since 1970. */
  readonly wallOffset: number;
  /** Events before the first one that are no longer there. */
  readonly forgotten: number;
  /** When it began to be recorded. */
  readonly since: number;
  /**
   * When the recording was taken, or the connection ended: up to then nothing
   * else has happened.
   */
  readonly until: number;
  /** What happened, oldest first. */
  readonly events: readonly TransportEvent[];
  /** The same in numbers. */
  readonly stats: ConnectionStats;
  /** Its last calls, if calls are recorded. */
  readonly calls: readonly RecordedCall[];
}

/** What happened to a channel, as far as it is remembered. */
export interface ChannelRecording {
  /** Tells it from that of a connection. */
  readonly type: "channel";
  /** Its number. */
  readonly id: number;
  /** What is to be added to a time of it for milliseconds since 1970. */
  readonly wallOffset: number;
  /** Events before the first one that are no longer there. */
  readonly forgotten: number;
  /** What happened, oldest first; of calls, attempts after the first. */
  readonly events: readonly (ChannelEvent | CallEvent)[];
}

/** What a recorder remembers of a connection or of a channel. */
export type Recording = ConnectionRecording | ChannelRecording;

/** A call, or an attempt at one, on a connection. */
export interface RecordedCall {
  /** The path of the method. */
  readonly method: string;
  /** The stream of the connection. */
  readonly streamId: number;
  /** When its stream was opened. */
  readonly from: number;
  /** When it ended; `Infinity` if it goes on. */
  readonly to: number;
  /** The status code, see `Status`; -1 if it goes on. */
  readonly status: number;
}
