/**
 * What a connection counts, under the names of channelz' `SocketData` where it
 * has one. Times are milliseconds of the connection's clock, -1 for never.
 */
export interface ConnectionCounters {
  /** Streams that were opened, by either end. */
  streamsStarted: number;
  /** Streams that were reset. */
  streamsFailed: number;
  /** Keepalive PINGs that were sent; those of drains and users do not count. */
  keepAlivesSent: number;
  /** Keepalive PINGs that were acknowledged. */
  keepAlivesAcked: number;
  /** PINGs of the peer, without acknowledgements. */
  pingsReceived: number;
  /** Frames that were received. */
  framesReceived: number;
  /** When this end last opened a stream. */
  lastLocalStreamCreatedAt: number;
  /** When the peer last opened a stream. */
  lastRemoteStreamCreatedAt: number;
  /** Milliseconds of the last acknowledged PING, or -1. */
  lastRtt: number;
  /** Milliseconds of the fastest acknowledged PING, or -1. */
  minRtt: number;
}

/** All counters of a connection at zero. */
export function zeroConnectionCounters(): ConnectionCounters {
  return {
    streamsStarted: 0,
    streamsFailed: 0,
    keepAlivesSent: 0,
    keepAlivesAcked: 0,
    pingsReceived: 0,
    framesReceived: 0,
    lastLocalStreamCreatedAt: -1,
    lastRemoteStreamCreatedAt: -1,
    lastRtt: -1,
    minRtt: -1,
  };
}
