import type { ConnectionCounters } from "../connection/mod.ts";

/**
 * What a connection has done, under the names of channelz' `SocketData` where
 * it has one. Times are milliseconds of the session's clock, -1 for never.
 */
export interface SessionCounters extends ConnectionCounters {
  /** Streams that ended with END_STREAM from both ends. */
  streamsSucceeded: number;
  /** Streams that were reset, or were active when the connection ended. */
  streamsFailed: number;
  /**
   * HEADERS and DATA frames that were sent, without those that refuse a request
   * whose header list is too large: each of them clears the ping strikes.
   */
  messageFramesSent: number;
  /** PINGs of the peer that came too early, in all. */
  pingStrikes: number;
  /** Frames that were sent. */
  framesSent: number;
  /** Octets that were handed to the socket. */
  bytesSent: number;
  /** Octets that were read from the socket. */
  bytesReceived: number;
  /** Octets of DATA that the peer may send at the moment. */
  localFlowControlWindow: number;
  /** Octets of DATA that the peer lets this end send at the moment. */
  remoteFlowControlWindow: number;
  /** When octets were last read. */
  lastReadAt: number;
  /** When octets were last handed to the socket. */
  lastWrittenAt: number;
}

/** Those that a session counts itself; the others follow, or its parts know them. */
export type OwnCounters = Omit<
  SessionCounters,
  | "streamsSucceeded"
  | "messageFramesSent"
  | "framesSent"
  | "localFlowControlWindow"
  | "remoteFlowControlWindow"
>;

/** All counters at zero. */
export function zeroCounters(): OwnCounters {
  return {
    streamsStarted: 0,
    streamsFailed: 0,
    keepAlivesSent: 0,
    keepAlivesAcked: 0,
    pingsReceived: 0,
    pingStrikes: 0,
    framesReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    lastReadAt: -1,
    lastWrittenAt: -1,
    lastLocalStreamCreatedAt: -1,
    lastRemoteStreamCreatedAt: -1,
    lastRtt: -1,
    minRtt: -1,
  };
}
