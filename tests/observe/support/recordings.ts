import type { ConnectionRecording } from "../../../src/grpc/mod.ts";
import { ConnectionRecord } from "../../../src/recorder/mod.ts";
import type { TransportEvent } from "../../../src/transport/mod.ts";

/** A recording of events that are made up. */
export function recordingOf(
  events: readonly TransportEvent[],
  { id = 1, peer = "192.0.2.1:50051", now = 0 } = {},
): ConnectionRecording {
  const identity = { id, role: "client", peer, wallOffset: 0 } as const;
  const record = new ConnectionRecord(identity, 256, events[0]?.at ?? 0);
  for (const event of events) record.record(event);
  const last = events.at(-1);
  if (last?.type === "closed") record.end(last.at, undefined);
  return record.recording(Math.max(now, last?.at ?? 0), undefined);
}

/** What a hostile peer would like to see in a page, a picture or a terminal. */
export const HOSTILE =
  `</title></svg></script><script>alert(1)</script>" onload='x' &amp; \x1b[2J\u202e]]>`;

/** A connection whose peer has put such text wherever it can. */
export function hostileRecording(): ConnectionRecording {
  const goaway = { lastStreamId: 1, code: 99, debug: HOSTILE };
  return recordingOf([
    { at: 0, type: "established" },
    { at: 1, type: "goaway-received", ...goaway },
    { at: 1, type: "draining", by: "peer", reason: HOSTILE, closeAt: Infinity },
    { at: 2, type: "stream-error", streamId: 1, code: 1, reason: HOSTILE },
    { at: 3, type: "warning", message: HOSTILE },
    {
      at: 4,
      type: "closed",
      reason: {
        kind: "goaway",
        by: "peer",
        code: 99,
        debug: HOSTILE,
        message: HOSTILE,
        at: 4,
        lastReadAt: 1,
        lastPings: [],
        goaway,
      },
    },
  ], { peer: HOSTILE });
}
