import type { Recording } from "../../recorder/mod.ts";
import { jsonOf } from "../../page/mod.ts";
import { requireRecordings } from "../require_recordings.ts";

/**
 * What was recorded as newline-delimited JSON: an object a line for each event,
 * as it was made, with `wall`, milliseconds since 1970, and `connection` and `peer`, or
 * `channel`. Of each connection and channel the oldest is first.
 *
 * What JSON has no number for is a text, `"Infinity"`; what does not print is
 * escaped, so that a line may be shown in a terminal.
 */
export function toJsonLines(recordings: readonly Recording[]): string {
  requireRecordings(recordings);
  const lines = recordings.flatMap((recording) => {
    const { type, id, events, wallOffset } = recording;
    const source = type === "channel" ? { channel: id } : {
      connection: id,
      role: recording.role,
      peer: recording.peer,
    };
    return events.map((event) => {
      const { type, at, ...rest } = event;
      return jsonOf({ wall: at + wallOffset, at, type, ...source, ...rest });
    });
  });
  return lines.map((line) => `${line}\n`).join("");
}
