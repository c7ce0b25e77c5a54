import { errorCodeName } from "../../frames/mod.ts";
import type { ConnectionRecording, RecordedCall } from "../../grpc/mod.ts";
import type { ChannelRecording } from "../../recorder/mod.ts";
import { isGraceful } from "../../session/mod.ts";
import type { TransportEvent } from "../../transport/mod.ts";
import { roughDuration } from "../../options/mod.ts";
import { wordsOf } from "../../recorder/mod.ts";
import { endingOf, isSilence, NOTABLE_SILENCE } from "./ending.ts";
import { fit } from "./markup.ts";

/** Letters of the debug data of a GOAWAY in its label. */
const LONGEST_DEBUG = 72;

/** In which state a connection or a channel was for a time. */
export interface Band {
  /** The state, by what it looks like. */
  readonly kind:
    | "handshaking"
    | "open"
    | "draining"
    | "failing"
    | "idle"
    | "suspect"
    | "silent";
  /** When it began, in milliseconds. */
  readonly from: number;
  /** When it ended. */
  readonly to: number;
  /** What it is called, if not after what it looks like. */
  readonly words?: string;
}

/** PINGs of this end that are drawn as one. */
export interface Tick {
  /** When it was sent. */
  readonly at: number;
  /** Its round-trip time; `undefined` if it was never answered. */
  readonly rtt: number | undefined;
  /** How many there are. */
  readonly count: number;
  /** Whether it was never answered as the other end was gone. */
  readonly isLost: boolean;
}

/** Something that happened at one moment. */
export interface Mark {
  /** When. */
  readonly at: number;
  /** What it looks like. */
  readonly kind: "goaway" | "strike" | "sleep" | "error";
  /** What it is called in the picture. */
  readonly label: string;
  /** What it is, in a sentence. */
  readonly words: string;
}

/** What is drawn of one connection, or of a channel. */
export interface Lane {
  /** Which one it is. */
  readonly name: string;
  /** Its states. */
  readonly bands: readonly Band[];
  /** Its own PINGs. */
  readonly ticks: readonly Tick[];
  /** When PINGs of the other end came. */
  readonly received: readonly number[];
  /** What else happened. */
  readonly marks: readonly Mark[];
  /** Its calls. */
  readonly calls: readonly RecordedCall[];
  /** How it ended; `undefined` if it has not. */
  readonly end: { readonly at: number; readonly isGood: boolean } | undefined;
  /** The end, or where it stands, in words. */
  readonly story: string;
}

/** The last stream identifier of a GOAWAY that another one will follow. */
const ANNOUNCEMENT = 2 ** 31 - 1;

/** What is drawn of a recording. */
export function laneOf(
  recording: ConnectionRecording,
  channels: readonly ChannelRecording[],
): Lane {
  const { id, role, peer, events } = recording;
  const closed = events.find((event) => event.type === "closed");
  const reason = closed?.type === "closed" ? closed.reason : undefined;
  return {
    name: role === "client"
      ? `Connection ${id} to ${peer}`
      : `Connection ${id} from ${peer}`,
    bands: [
      ...statesOf(recording),
      ...silencesOf(recording),
      ...suspicionsOf(recording, channels),
    ],
    ticks: ticksOf(events),
    received: events.filter(({ type }) => type === "ping-received")
      .map(({ at }) => at),
    marks: events.flatMap(markOf),
    calls: recording.calls,
    end: reason && { at: reason.at, isGood: isGraceful(reason) },
    story: reason === undefined
      ? storyOf(recording)
      : endingOf(recording, reason),
  };
}

/** Of one that is open, and may be silent: a PING has no answer yet. */
function storyOf(recording: ConnectionRecording): string {
  const { since, until } = recording;
  const open = `Open for ${roughDuration(until - since)}`;
  const [silence] = presentSilence(recording);
  return silence === undefined
    ? open
    : `${open}, silent for ${roughDuration(until - silence.from)}`;
}

function statesOf({ events, since, until, forgotten }: ConnectionRecording) {
  const bands: Band[] = [];
  let from = since;
  let kind = (forgotten > 0 ? "open" : "handshaking") as Band["kind"];
  const turn = (to: number, next: Band["kind"]) => {
    bands.push({ kind, from, to });
    from = to;
    kind = next;
  };
  for (const event of events) {
    if (event.type === "established") turn(event.at, "open");
    if (event.type === "draining" && kind !== "draining") {
      turn(event.at, "draining");
    }
  }
  turn(until, kind);
  return bands.filter(({ from, to }) => to > from);
}

function suspicionsOf(
  { id, until }: ConnectionRecording,
  channels: readonly ChannelRecording[],
): Band[] {
  const bands: Band[] = [];
  for (const { events } of channels) {
    let from: number | undefined;
    for (const event of events) {
      if (!("connectionId" in event) || event.connectionId !== id) continue;
      if (event.type === "suspected") from = event.at;
      if (event.type !== "suspicion-ended") continue;
      bands.push({ kind: "suspect", from: from ?? event.at, to: event.at });
      from = undefined;
    }
    if (from !== undefined) bands.push({ kind: "suspect", from, to: until });
  }
  return bands;
}

/** The silence of a connection that is open, while a PING is out for long. */
function presentSilence(
  { events, until, stats }: ConnectionRecording,
): Band[] {
  if (events.at(-1)?.type === "closed" || stats.sinceRead < 0) return [];
  const acked = new Set(
    events.flatMap((event) => event.type === "ping-acked" ? [event.id] : []),
  );
  const isOut = events.some((event) =>
    event.type === "ping-sent" && !acked.has(event.id) &&
    until - event.at >= NOTABLE_SILENCE
  );
  return isOut
    ? [{ kind: "silent", from: until - stats.sinceRead, to: until }]
    : [];
}

function silencesOf(recording: ConnectionRecording): Band[] {
  const { events, since } = recording;
  const past = events.flatMap((event): Band[] => {
    if (event.type !== "closed" || !isSilence(event.reason)) return [];
    const { at, lastReadAt } = event.reason;
    const from = Math.max(since, lastReadAt);
    const kind = "silent";
    return at - from < NOTABLE_SILENCE ? [] : [{ kind, from, to: at }];
  });
  return [...past, ...presentSilence(recording)];
}

function ticksOf(events: readonly TransportEvent[]): Tick[] {
  const out = new Map<number, Tick>();
  const last = events.at(-1);
  const isLost = last?.type === "closed" && isSilence(last.reason);
  for (const event of events) {
    if (event.type === "ping-sent") {
      out.set(event.id, { at: event.at, rtt: undefined, count: 1, isLost });
    }
    if (event.type === "ping-acked") {
      const at = event.at - event.rtt;
      out.set(event.id, { at, rtt: event.rtt, count: 1, isLost: false });
    }
  }
  return [...out.values()].sort((a, b) => a.at - b.at);
}

function markOf(event: TransportEvent): Mark[] {
  const { at } = event;
  const mark = (kind: Mark["kind"], label: string): Mark[] => [
    { at, kind, label, words: wordsOf(event) },
  ];
  switch (event.type) {
    case "goaway-sent":
    case "goaway-received": {
      const way = event.type === "goaway-sent" ? "sent" : "received";
      const why = event.debug === ""
        ? errorCodeName(event.code)
        : fit(event.debug, LONGEST_DEBUG);
      const isFirst = event.lastStreamId === ANNOUNCEMENT;
      return mark(
        "goaway",
        `GOAWAY ${way}: ${why}${isFirst ? " (announced)" : ""}`,
      );
    }
    case "ping-strike":
      return mark("strike", `strike ${event.strikes}`);
    case "suspended":
      return mark("sleep", `slept ${roughDuration(event.slept)}`);
    case "timer-late":
      return mark("sleep", `busy ${roughDuration(event.lag)}`);
    case "write-stalled":
      return mark("sleep", "write stalls");
    case "write-resumed":
      return mark("sleep", `write stalled ${roughDuration(event.waited)}`);
    case "stream-error":
      return mark("error", `stream ${event.streamId} refused`);
    case "warning":
      return mark("error", "warning");
    default:
      return [];
  }
}
