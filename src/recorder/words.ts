import { errorCodeName } from "../frames/mod.ts";
import {
  type CallEvent,
  type CallMessageEvent,
  type ChannelEvent,
  type ServerEvent,
  statusName,
} from "../grpc/mod.ts";
import { duration } from "../options/mod.ts";
import { explain } from "../session/mod.ts";
import type { TransportEvent } from "../transport/mod.ts";

/**
 * The last stream identifier of a GOAWAY that another one will follow (RFC 9113
 * section 6.8: "the last stream identifier set to 2^31-1").
 */
const ANNOUNCEMENT = 2 ** 31 - 1;

/** An event in a sentence or less; texts of a peer stand in it as they are. */
export function wordsOf(
  event:
    | TransportEvent
    | ChannelEvent
    | ServerEvent
    | CallEvent
    | CallMessageEvent,
): string {
  switch (event.type) {
    case "channel-state":
      return `Channel ${event.state}${because(event.reason)}`;
    case "resolved":
      return `Resolved to ${event.addresses.join(", ") || "no address"}`;
    case "resolution-failed":
      return `Resolution failed: ${event.error.message}`;
    case "subchannel-state":
      return `${event.address} ${event.state}${because(event.reason)}`;
    case "connect-started":
      return `Connecting to ${event.address}`;
    case "connected":
      return `Connected to ${event.address} in ${
        duration(event.duration)
      }: connection ${event.connectionId}`;
    case "connect-failed":
      return `Could not connect to ${event.address}: ${event.error.message}`;
    case "backoff":
      return `${event.address} waits ${
        duration(Math.max(0, event.until - event.at))
      } after ${event.failures} failed attempt${
        event.failures === 1 ? "" : "s"
      }`;
    case "disconnected":
      return `Connection ${event.connectionId} takes no new calls${
        because(event.reason)
      }`;
    case "suspected":
      return `Connection ${event.connectionId} is suspected${
        because(event.reason)
      }`;
    case "suspicion-held":
      return `Connection ${event.connectionId} is not suspected for another ${
        duration(event.until - event.at)
      }, as this end may be to blame${because(event.reason)}`;
    case "suspicion-ended":
      return `Connection ${event.connectionId} was suspected for ${
        duration(event.duration)
      }: ${event.outcome}`;
    case "server-listening":
      return `Listening${event.isSecure ? " with TLS" : ""}`;
    case "server-connected":
      return `Connection ${event.connectionId} accepted`;
    case "server-closed":
      return "Closed, and all connections with it";
    default:
      return "callId" in event ? wordsOfCall(event) : wordsOfConnection(event);
  }
}

function wordsOfConnection(event: TransportEvent): string {
  switch (event.type) {
    case "established":
      return "HTTP/2 established";
    case "settings-received":
      return "SETTINGS received";
    case "settings-acked":
      return "SETTINGS acknowledged";
    case "ping-sent":
      return `PING ${event.id} sent (${event.purpose})`;
    case "ping-acked":
      return `PING ${event.id} answered in ${duration(event.rtt)}`;
    case "ping-received":
      return "PING received and answered";
    case "ping-strike":
      return strike(event.strikes, event.limit);
    case "keepalive-dormant":
      return "Keepalive sleeps: no call is active";
    case "keepalive-woken":
      return "Keepalive wakes: a call began";
    case "keepalive-timeout":
      return `Nothing was read for ${duration(event.silence)}: peer is gone`;
    case "keepalive-policy":
      return wordsOfPolicy(event);
    case "suspended":
      return `The machine slept for ${duration(event.slept)}`;
    case "timer-late":
      return `What was due was done ${duration(event.lag)} too late`;
    case "write-stalled":
      return `Nothing could be written for ${
        duration(event.waited)
      }: the send buffer is full`;
    case "write-resumed":
      return `Writing goes on after ${duration(event.waited)}`;
    case "goaway-sent":
      return `GOAWAY sent: ${goawayWords(event)}`;
    case "goaway-received":
      return `GOAWAY received: ${goawayWords(event)}`;
    case "draining":
      return `Draining for ${event.reason}, by ${
        event.by === "peer" ? "the peer" : "this end"
      }`;
    case "stream-error":
      return `Refused on stream ${event.streamId}: ${
        errorCodeName(event.code)
      }, ${event.reason}`;
    case "warning":
      return `Warning: ${event.message}`;
    case "closed":
      return explain(event.reason);
  }
}

function wordsOfPolicy(
  event: TransportEvent & { type: "keepalive-policy" },
): string {
  const { source, minTime, permitWithoutStream, time, findings } = event;
  const without = permitWithoutStream ? "also without" : "during";
  const words = `Policy of the server (${source}): ${
    duration(minTime)
  } between PINGs, ${without} a call; keepalive every ${duration(time)}`;
  return [words, ...findings].join("; ");
}

function wordsOfCall(event: CallEvent | CallMessageEvent): string {
  switch (event.type) {
    case "call-started":
    case "server-call-started":
      return `Call ${event.callId} of ${event.method} began`;
    case "attempt-started":
      return `Attempt ${event.number} at call ${event.callId} (${event.cause})`;
    case "attempt-picked":
      return `Attempt at call ${event.callId} is stream ${event.streamId} of connection ${event.connectionId}`;
    case "attempt-ended":
      return `Attempt at call ${event.callId}: ${ending(event)}`;
    case "call-ended":
    case "server-call-ended":
      return `Call ${event.callId}: ${ending(event)}`;
    case "heartbeat-agreed":
      return `Call ${event.callId}: heartbeats after ${
        duration(event.interval)
      } of silence`;
    case "heartbeat-sent":
      return `Call ${event.callId}: heartbeat sent`;
    case "heartbeat-received":
      return `Call ${event.callId}: heartbeat received`;
    case "message-sent":
      return `Call ${event.callId}: message ${event.sequence} sent, ${event.size} octets`;
    case "message-received":
      return `Call ${event.callId}: message ${event.sequence} received, ${event.size} octets`;
  }
}

/** A GOAWAY in a few words. */
export function goawayWords(
  { code, debug, lastStreamId }: {
    readonly code: number;
    readonly debug: string;
    readonly lastStreamId: number;
  },
): string {
  const what = lastStreamId === ANNOUNCEMENT
    ? "an announcement"
    : `last stream ${lastStreamId}`;
  const why = debug === "" ? "" : `, "${debug}"`;
  return `${errorCodeName(code)}${why}, ${what}`;
}

function strike(strikes: number, limit: number): string {
  const allowed = limit === 0 ? "no limit" : `${limit} allowed`;
  return `PING came too early: strike ${strikes}, ${allowed}`;
}

function because(reason: string): string {
  return reason === "" ? "" : `: ${reason}`;
}

function ending(
  { status, statusMessage, duration: took }: {
    readonly status: number;
    readonly statusMessage: string;
    readonly duration: number;
  },
): string {
  return `${statusName(status)} after ${duration(took)}${
    because(statusMessage)
  }`;
}
