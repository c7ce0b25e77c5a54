import type { ConnectionRecording } from "../../grpc/mod.ts";
import type { ChannelRecording, Recording } from "../../recorder/mod.ts";
import { isGraceful } from "../../session/mod.ts";
import { printable } from "../../page/mod.ts";
import { wordsOf } from "../../recorder/mod.ts";
import type {
  Watchable,
  WatchedConnection,
  WatchedEnd,
  WatchedNews,
  WatchedState,
  WatchSnapshot,
} from "./watched.ts";
import { wordsOfConnection } from "./words.ts";

/** Round-trip times that are shown of a connection. */
const MOST_RTTS = 60;

/** Connections that have ended and are shown. */
const MOST_ENDED = 8;

/** How many events of each recording were told already. */
export type Told = Map<string, number>;

/**
 * Looks at a channel or a server.
 *
 * @param now The time in milliseconds since 1970.
 * @param told Is kept up to date, so that the next look finds what is new.
 */
export function look(
  source: Watchable,
  now: number,
  told: Told,
): WatchSnapshot {
  const recordings = source.recordings();
  const { connections: _, ...total } = source.stats();
  const channels = recordings.filter((each) => each.type === "channel");
  const connections = recordings.filter((each) => each.type === "connection");
  const { callsStarted, callsSucceeded, callsFailed } = source.counters();
  return {
    at: now,
    state: source.state,
    reason: source.reason === undefined ? undefined : printable(source.reason),
    nextAttemptAt: source.nextAttemptAt?.getTime(),
    keepalive: source.keepalive,
    calls: {
      running: callsStarted - callsSucceeded - callsFailed,
      succeeded: callsSucceeded,
      failed: callsFailed,
    },
    total,
    connections: connections
      .filter(isOpen)
      .map((each) => watchedOf(each, channels, source.keepalive?.timeout)),
    ended: connections.flatMap(endOf).reverse().slice(0, MOST_ENDED),
    news: newsOf(recordings, told),
  };
}

function isOpen({ events }: ConnectionRecording): boolean {
  return events.at(-1)?.type !== "closed";
}

function watchedOf(
  recording: ConnectionRecording,
  channels: readonly ChannelRecording[],
  timeout: number | undefined,
): WatchedConnection {
  const { id, role, peer, stats, events } = recording;
  const state = stateOf(recording, channels);
  const unanswered = unansweredOf(recording);
  const draining = events.find((event) => event.type === "draining");
  return {
    ...stats,
    id,
    role,
    peer: printable(peer),
    state,
    rtts: events
      .flatMap((event) => event.type === "ping-acked" ? [event.rtt] : [])
      .slice(-MOST_RTTS),
    unanswered,
    words: wordsOfConnection({
      state,
      sinceRead: stats.sinceRead,
      unanswered,
      timeout: role === "client" ? timeout : undefined,
      draining: draining && printable(draining.reason),
    }),
  };
}

function stateOf(
  { id, events, forgotten }: ConnectionRecording,
  channels: readonly ChannelRecording[],
): WatchedState {
  const types = new Set(events.map(({ type }) => type));
  if (isSuspect(id, channels)) return "suspect";
  if (types.has("draining")) return "draining";
  return types.has("established") || forgotten > 0 ? "open" : "connecting";
}

function isSuspect(id: number, channels: readonly ChannelRecording[]): boolean {
  let isSuspect = false;
  for (const event of channels.flatMap(({ events }) => events)) {
    if (!("connectionId" in event) || event.connectionId !== id) continue;
    if (event.type === "suspected") isSuspect = true;
    if (event.type === "suspicion-ended") isSuspect = false;
  }
  return isSuspect;
}

/** For how long the first PING that is out has no answer. */
function unansweredOf(
  { events, until }: ConnectionRecording,
): number | undefined {
  const out = new Map<number, number>();
  for (const event of events) {
    if (event.type === "ping-sent") out.set(event.id, event.at);
    if (event.type === "ping-acked") out.delete(event.id);
  }
  for (const [, at] of out) return until - at;
}

function endOf(recording: ConnectionRecording): WatchedEnd[] {
  const { id, peer, wallOffset, events } = recording;
  const closed = events.at(-1);
  if (closed?.type !== "closed") return [];
  return [{
    id,
    peer: printable(peer),
    at: closed.at + wallOffset,
    isGood: isGraceful(closed.reason),
    words: printable(wordsOf(closed)),
  }];
}

/** What was not told yet; of a ring that has turned meanwhile, what is left. */
function newsOf(recordings: readonly Recording[], told: Told): WatchedNews[] {
  const news: WatchedNews[] = [];
  const known = new Map(told);
  told.clear();
  for (const { type, id, forgotten, events, wallOffset } of recordings) {
    const key = `${type} ${id}`;
    const fresh = events.slice(Math.max(0, (known.get(key) ?? 0) - forgotten));
    told.set(key, forgotten + events.length);
    for (const event of fresh) {
      news.push({
        at: event.at + wallOffset,
        type: event.type,
        connection: type === "connection" ? id : undefined,
        words: printable(wordsOf(event)),
      });
    }
  }
  return news.sort((a, b) => a.at - b.at);
}
