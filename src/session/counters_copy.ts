import type { Connection } from "../connection/mod.ts";
import type { SessionCounters } from "./counters.ts";

/** A copy, with what the connection counts and what follows from it. */
export function copyCounters(
  counters: SessionCounters,
  { output, streams }: Connection,
  activeStreams: number,
): SessionCounters {
  const { streamsStarted, streamsFailed } = counters;
  return {
    ...counters,
    streamsSucceeded: streamsStarted - streamsFailed - activeStreams,
    messageFramesSent: output.messages,
    framesSent: output.frames,
    ...(streams && {
      localFlowControlWindow: streams.flow.availableOnConnection,
      remoteFlowControlWindow: streams.sender.available,
    }),
  };
}
