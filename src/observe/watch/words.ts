import { roughDuration } from "../../options/mod.ts";
import type { WatchedState } from "./watched.ts";

/** Milliseconds for which a PING may be out before it is worth a word. */
const NOTABLE_WAIT = 500;

/** Milliseconds from which on a silence is told in seconds. */
const SECOND = 1_000;

/** How a connection is: `silent for 12 s, PING unanswered 3 s of 20 s`. */
export function wordsOfConnection(
  { state, sinceRead, unanswered, timeout, draining }: {
    readonly state: WatchedState;
    readonly sinceRead: number;
    readonly unanswered: number | undefined;
    readonly timeout: number | undefined;
    readonly draining: string | undefined;
  },
): string {
  if (state === "connecting") return "connecting";
  const parts = state === "suspect" ? ["suspect, new calls go elsewhere"] : [];
  if (draining !== undefined) {
    parts.push(`draining: ${draining || "no reason"}`);
  }
  if (unanswered === undefined || unanswered < NOTABLE_WAIT) {
    parts.push(sinceRead < 0 ? "nothing read yet" : `read ${ago(sinceRead)}`);
    return parts.join(", ");
  }
  const of = timeout === undefined || timeout === Infinity
    ? ""
    : ` of ${seconds(timeout)}`;
  parts.push(
    `silent for ${seconds(sinceRead)}, PING unanswered ${
      seconds(unanswered)
    }${of}`,
  );
  return parts.join(", ");
}

function ago(milliseconds: number): string {
  return milliseconds < SECOND ? "now" : `${seconds(milliseconds)} ago`;
}

/** Whole seconds, so that a line that is drawn again and again stands still. */
function seconds(milliseconds: number): string {
  return milliseconds < SECOND
    ? roughDuration(milliseconds)
    : roughDuration(Math.floor(milliseconds / SECOND) * SECOND);
}
