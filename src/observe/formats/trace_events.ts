import { statusName } from "../../grpc/mod.ts";
import type { ConnectionRecording } from "../../grpc/mod.ts";
import type { ChannelRecording, Recording } from "../../recorder/mod.ts";
import { jsonOf } from "../../page/mod.ts";
import { type Band, type Lane, laneOf, type Tick } from "../timeline/mod.ts";
import { wordsOf } from "../../recorder/mod.ts";
import { requireRecordings } from "../require_recordings.ts";

/** An event of Chrome's format; times are microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: "X" | "i" | "C" | "b" | "e" | "M";
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: string;
  readonly s?: "t" | "p";
  readonly args?: Readonly<Record<string, unknown>>;
}

/** The process of connections whose channel is not known, as those of servers. */
const NO_CHANNEL = 0;

/**
 * What was recorded as Chrome's trace events in JSON, which Perfetto and
 * `chrome://tracing` open: a process for each channel, a thread for each connection
 * with its states; PINGs, calls, suspicions and silence as spans of their own,
 * round-trip times as a counter, everything else as instants.
 *
 * @see https://perfetto.dev/docs/getting-started/other-formats
 */
export function toTraceEvents(recordings: readonly Recording[]): string {
  requireRecordings(recordings);
  const channels = recordings.filter((each) => each.type === "channel");
  const traceEvents = recordings.flatMap((each) =>
    each.type === "channel"
      ? channelEvents(each)
      : connectionEvents(each, channels)
  );
  const json = jsonOf({ traceEvents, displayTimeUnit: "ms" });
  return withoutHalves(json) + "\n";
}

/**
 * Perfetto refuses a file in which a character is written as two escapes, which
 * are halves of a surrogate pair: it is written as text, such as `\u{e0001}`.
 */
function withoutHalves(json: string): string {
  const escapes = /\\(?:u(d[89ab]..)\\u(d[c-f]..)|u(d[89a-f]..)|.)/g;
  return json.replace(escapes, (escape, high, low, half) => {
    if (half !== undefined) return "\ufffd";
    if (high === undefined) return escape;
    const pair = String.fromCharCode(parseInt(high, 16), parseInt(low, 16));
    return `\\\\u{${pair.codePointAt(0)!.toString(16)}}`;
  });
}

function channelEvents({ id, events }: ChannelRecording): TraceEvent[] {
  const at = { pid: id, tid: 0 };
  return [
    meta("process_name", id, 0, `Channel ${id}`),
    meta("thread_name", id, 0, "channel"),
    ...events.map((event): TraceEvent => ({
      name: event.type,
      ph: "i",
      s: "p",
      cat: "channel",
      ts: micros(event.at),
      ...at,
      args: { words: wordsOf(event) },
    })),
  ];
}

function connectionEvents(
  recording: ConnectionRecording,
  channels: readonly ChannelRecording[],
): TraceEvent[] {
  const { id: tid, events, until } = recording;
  const lane = laneOf(recording, channels);
  const at = { pid: channelOf(tid, channels), tid };
  const nobodys = at.pid === NO_CHANNEL
    ? [meta("process_name", at.pid, tid, "Connections")]
    : [];
  return [
    ...nobodys,
    meta("thread_name", at.pid, tid, lane.name),
    ...lane.bands.flatMap((band, i) => stateEvents(band, i, at)),
    ...lane.ticks.flatMap((tick, i) => pingEvents(tick, i, at, until)),
    ...lane.calls.flatMap((call) => callEvents(call, at, until)),
    ...events.flatMap((event) => instant(event, at)),
  ];
}

/** The process and the thread of an event. */
interface Place {
  readonly pid: number;
  readonly tid: number;
}

/** What keepalive makes of a connection lies across its states. */
function stateEvents(band: Band, number: number, at: Place): TraceEvent[] {
  const { kind: name, from, to } = band;
  if (name === "suspect" || name === "silent") {
    return span(name, "keepalive", `${at.tid}.band.${number}`, at, band);
  }
  const [ts, dur] = [micros(from), between(from, to)];
  return [{ name, ph: "X", cat: "state", ts, dur, ...at }];
}

function pingEvents(
  { at: from, rtt, isLost }: Tick,
  number: number,
  at: Place,
  until: number,
): TraceEvent[] {
  return span("PING", "ping", `${at.tid}.ping.${number}`, at, {
    from,
    to: rtt === undefined ? until : from + rtt,
    args: rtt === undefined ? { isLost } : { rtt },
  });
}

function callEvents(
  { method, streamId, from, to, status }: Lane["calls"][number],
  at: Place,
  until: number,
): TraceEvent[] {
  return span(method, "call", `${at.tid}.call.${streamId}`, at, {
    from,
    to: Math.min(to, until),
    args: status < 0 ? { streamId } : { streamId, status: statusName(status) },
  });
}

/** PINGs are spans already; their times are a counter. */
function instant(
  event: ConnectionRecording["events"][number],
  at: Place,
): TraceEvent[] {
  const { type: name } = event;
  const ts = micros(event.at);
  if (name === "ping-sent") return [];
  if (name === "ping-acked") {
    const args = { ms: event.rtt };
    return [{ name: `rtt ${at.tid}`, ph: "C", ts, ...at, args }];
  }
  const args = { words: wordsOf(event) };
  return [{ name, ph: "i", s: "t", cat: "connection", ts, ...at, args }];
}

/** What began and ended, and may lie across others. */
function span(
  name: string,
  cat: string,
  id: string,
  at: Place,
  { from, to, args }: {
    readonly from: number;
    readonly to: number;
    readonly args?: Readonly<Record<string, unknown>>;
  },
): TraceEvent[] {
  return [
    { name, ph: "b", cat, id, ts: micros(from), ...at, args: args ?? {} },
    { name, ph: "e", cat, id, ts: micros(Math.max(from, to)), ...at },
  ];
}

function meta(
  name: string,
  pid: number,
  tid: number,
  text: string,
): TraceEvent {
  return { name, ph: "M", pid, tid, args: { name: text } };
}

function channelOf(
  connectionId: number,
  channels: readonly ChannelRecording[],
): number {
  const channel = channels.find(({ events }) =>
    events.some((event) =>
      event.type === "connected" && event.connectionId === connectionId
    )
  );
  return channel?.id ?? NO_CHANNEL;
}

/** Whole nanoseconds are as fine as a trace needs it. */
function micros(milliseconds: number): number {
  return Math.round(milliseconds * 1_000_000) / 1_000;
}

/** A span ends where the next one begins: to the nanosecond, or it is refused. */
function between(from: number, to: number): number {
  return Math.round((micros(to) - micros(from)) * 1_000) / 1_000;
}
