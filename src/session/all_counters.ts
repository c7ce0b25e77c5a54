import { type Connection, DEFAULT_WINDOW_SIZE } from "../connection/mod.ts";
import type { OwnCounters, SessionCounters } from "./counters.ts";

/** All of them, with what the connection counts and what follows from it. */
export function allCounters(
  counters: OwnCounters,
  { output, streams }: Connection,
  activeStreams: number,
): SessionCounters {
  const { streamsStarted, streamsFailed } = counters;
  return {
    streamsStarted,
    streamsSucceeded: streamsStarted - streamsFailed - activeStreams,
    streamsFailed,
    messageFramesSent: output.messages,
    keepAlivesSent: counters.keepAlivesSent,
    keepAlivesAcked: counters.keepAlivesAcked,
    pingsReceived: counters.pingsReceived,
    pingStrikes: counters.pingStrikes,
    framesSent: output.frames,
    framesReceived: counters.framesReceived,
    bytesSent: counters.bytesSent,
    bytesReceived: counters.bytesReceived,
    localFlowControlWindow: streams?.flow.availableOnConnection ??
      DEFAULT_WINDOW_SIZE,
    remoteFlowControlWindow: streams?.sender.available ?? DEFAULT_WINDOW_SIZE,
    lastReadAt: counters.lastReadAt,
    lastWrittenAt: counters.lastWrittenAt,
    lastLocalStreamCreatedAt: counters.lastLocalStreamCreatedAt,
    lastRemoteStreamCreatedAt: counters.lastRemoteStreamCreatedAt,
    lastRtt: counters.lastRtt,
    minRtt: counters.minRtt,
  };
}
