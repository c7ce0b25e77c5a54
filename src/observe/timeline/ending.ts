import type { ConnectionRecording } from "../../grpc/mod.ts";
import { roughDuration } from "../../options/mod.ts";
import { type CloseReason, explainEnd } from "../../session/mod.ts";

/** Silence that is worth a word, in milliseconds. */
export const NOTABLE_SILENCE = 500;

/** Whether a connection ended as nothing came from the other end. */
export function isSilence({ kind, by }: CloseReason): boolean {
  return by === "network" || kind.endsWith("-timeout");
}

/**
 * How a connection ended, for who has ten seconds: who ended it and why, what the
 * machine did before, and for how long there was no answer. `explain` says more.
 */
export function endingOf(
  recording: ConnectionRecording,
  reason: CloseReason,
): string {
  const { at, lastReadAt, lastPings, findings = [] } = reason;
  const parts = [explainEnd(reason)];
  if (isSilence(reason)) {
    if (lastReadAt < 0) parts.push("nothing was ever read");
    else if (at - lastReadAt >= NOTABLE_SILENCE) {
      parts.push(`nothing was read for ${roughDuration(at - lastReadAt)}`);
    }
    const unanswered = lastPings.findLast(({ rtt }) => rtt === undefined);
    if (unanswered !== undefined) {
      parts.push(
        `a PING had no answer for ${roughDuration(at - unanswered.sentAt)}`,
      );
    }
  }
  return [...parts, ...sleepsOf(recording, reason), ...findings].join("; ");
}

/** How long the machine slept since something was last read, in words. */
export function sleepsOf(
  { events }: ConnectionRecording,
  { lastReadAt }: CloseReason,
): string[] {
  return events.flatMap((event) =>
    event.type === "suspended" && event.at >= lastReadAt
      ? [`the machine slept for ${roughDuration(event.slept)} meanwhile`]
      : []
  );
}
