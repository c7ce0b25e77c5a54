import { type CloseReason, isGraceful } from "../../mod.ts";
import { duration } from "../options/mod.ts";
import { explainEnd, explainPast } from "../session/public.ts";
import type { CallEvent, Line, SummaryEvent } from "./lines.ts";

/**
 * The last stream identifier of a GOAWAY that another one will follow (RFC
 * 9113 section 6.8: "the last stream identifier set to 2^31-1").
 */
const ANNOUNCEMENT = 2 ** 31 - 1;

/** How a line is to be taken. */
export type Tone = "good" | "plain" | "dim" | "warning" | "bad";

/** A line in words. */
export interface Words {
  /** A sentence or less. */
  readonly text: string;
  /** What else there is to know. */
  readonly details?: string | undefined;
  /** How it is to be taken. */
  readonly tone: Tone;
}

/** Tells a line in words; `undefined` if it would not interest a person. */
export function inWords(line: Line): Words | undefined {
  switch (line.type) {
    case "listening":
      return good(`Listening on ${line.address}`);
    case "connecting":
      return plain(`Connecting to ${line.target}`);
    case "dial-failed":
    case "accept-failed":
      return bad(line.message);
    case "reconnecting":
      return dim(`Connecting again in ${duration(line.pause)}`);
    case "stopping":
      return plain(`${line.signal}: ending politely`);
    case "closing":
      return warning(`${line.signal} again: ending at once`);
    case "call":
      return call(line);
    case "summary":
      return summary(line);
    case "stopped":
      return dim("Stopped");
    case "warning":
      return warning(`Warning: ${line.message}`);
    case "established":
      return good("Connected");
    case "settings-received":
    case "settings-acked":
      return undefined;
    case "ping-sent":
      return line.purpose === "bdp"
        ? undefined
        : dim(`PING sent (${line.purpose})`);
    case "ping-acked":
      return line.purpose === "bdp"
        ? undefined
        : plain(`PING answered in ${duration(line.rtt)}`);
    case "ping-received":
      return dim("PING received and answered");
    case "ping-strike":
      return warning(strikes(line.strikes, line.limit));
    case "keepalive-dormant":
      return dim("Keepalive sleeps: no call is active");
    case "keepalive-woken":
      return dim("Keepalive wakes: a call began");
    case "keepalive-timeout":
      return bad(
        `Nothing was read for ${duration(line.silence)}: peer is gone`,
      );
    case "keepalive-policy":
      return policy(line);
    case "suspended":
      return warning(`The machine slept for ${duration(line.slept)}`);
    case "timer-late":
      return dim(`The process was busy for ${duration(line.lag)}`);
    case "write-stalled":
      return warning(`Nothing could be written for ${duration(line.waited)}`);
    case "write-resumed":
      return plain(`Writing goes on after ${duration(line.waited)}`);
    case "goaway-sent":
      return notice("sent", line);
    case "goaway-received":
      return notice("received", line);
    case "stream-error":
      return warning(`Refused on stream ${line.streamId}: ${line.reason}`);
    case "draining":
      return plain(draining(line.by, line.reason, line.closeAt - line.at));
    case "closed":
      return closed(line);
  }
}

function strikes(count: number, limit: number): string {
  if (limit === 0) return `PING came too early: strike ${count}, no limit`;
  return count > limit
    ? `PING came too early, once too often: ${count} strikes, ${limit} allowed`
    : `PING came too early: strike ${count} of ${limit}`;
}

/** With findings it is a warning: options and server do not agree. */
function policy({ source, minTime, time, findings }: {
  readonly source: string;
  readonly minTime: number;
  readonly time: number;
  readonly findings: readonly string[];
}): Words {
  return findings.length > 0
    ? warning(`Policy of the server (${source}): ${findings.join("; ")}`)
    : dim(
      `Policy of the server (${source}): ${
        duration(minTime)
      } between PINGs; keepalive every ${duration(time)}`,
    );
}

function draining(by: string, reason: string, left: number): string {
  const who = by === "peer" ? "the peer retires it" : "no new calls";
  const grace = left === Infinity ? "" : `, ${duration(left)} for running ones`;
  return `Draining for ${reason}: ${who}${grace}`;
}

function call(
  { method, code, codeName, statusMessage, messages, octets, ms }: CallEvent,
): Words {
  const text = `${method}: ${codeName}, ${counted(messages, "message")}, ${
    counted(octets, "octet")
  } in ${duration(ms)}`;
  return code === 0 ? good(text) : { ...bad(text), details: statusMessage };
}

function summary(
  { calls, ok, messages, ms, callsPerSecond, messagesPerSecond, p50, p99 }:
    SummaryEvent,
): Words {
  const outcome = ok === calls ? "OK" : `${calls - ok} failed`;
  const text = `${counted(calls, "call")} in ${duration(ms)}, ${outcome}`;
  const rate = messages > calls
    ? `${messagesPerSecond.toFixed(0)} messages/s`
    : `${callsPerSecond.toFixed(0)} calls/s`;
  const times = p50 === undefined || p99 === undefined
    ? ""
    : `, p50 ${duration(p50)}, p99 ${duration(p99)}`;
  return { ...(ok === calls ? good : bad)(text), details: rate + times };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function closed(reason: CloseReason): Words {
  const tone = isGraceful(reason) ? "plain" : "bad";
  const details = explainPast(reason).join("; ");
  return { text: explainEnd(reason), details, tone };
}

function notice(
  verb: "sent" | "received",
  { code, codeName, debug, lastStreamId }: {
    code: number;
    codeName: string;
    debug: string;
    lastStreamId: number;
  },
): Words {
  const why = debug === "" ? "" : `, "${debug}"`;
  const what = lastStreamId === ANNOUNCEMENT
    ? "an announcement"
    : `last stream ${lastStreamId}`;
  const text = `GOAWAY ${verb}: ${codeName}${why}, ${what}`;
  return { text, tone: code === 0 ? "plain" : "bad" };
}

function good(text: string): Words {
  return { text, tone: "good" };
}

function plain(text: string): Words {
  return { text, tone: "plain" };
}

function dim(text: string): Words {
  return { text, tone: "dim" };
}

function warning(text: string): Words {
  return { text, tone: "warning" };
}

function bad(text: string): Words {
  return { text, tone: "bad" };
}
