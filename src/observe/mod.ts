/**
 * What happened to connections, told in words, pictures and the formats of others.
 *
 * Each channel and server remembers the last events of its connections, also of
 * those that have ended: `recordings()` hands them out, {@linkcode renderTimeline}
 * draws them, {@linkcode renderReport} makes one page of them for a report of a
 * fault, {@linkcode toQlog}, {@linkcode toTraceEvents} and {@linkcode toJsonLines}
 * hand them to other tools. A {@linkcode Recorder} of one's own remembers more, and
 * watches bare connections too. {@linkcode consoleObserver} prints what happens
 * while it does, {@linkcode watch} shows how the connections are doing, and
 * {@linkcode joinObservers} has several observers watch at once.
 *
 * @example A page for a bug report
 * ```ts
 * import { Channel } from "@keepalive/grpc";
 * import { renderReport } from "@keepalive/grpc/observe";
 *
 * await using channel = new Channel("localhost:50051");
 * // … and when something has gone wrong:
 * const page = renderReport(channel.recordings(), { stats: channel.stats() });
 * console.log(page.length);
 * ```
 *
 * @module
 */
export {
  type ChannelRecording,
  type ConnectionEntry,
  joinObservers,
  Recorder,
  type RecorderOptions,
  type RecorderStats,
  type Recording,
  type SuspicionStats,
} from "../recorder/mod.ts";
export type {
  CallEnd,
  CallEvent,
  CallMessageEvent,
  ChannelEvent,
  ConnectionRecording,
  ConnectionStats,
  EndedBy,
  MessageSums,
  Observer,
  PingStats,
  RecordedCall,
  Spread,
} from "../grpc/mod.ts";
export type { TransportEvent } from "../transport/mod.ts";
export {
  consoleObserver,
  type ConsoleObserverOptions,
} from "./console_observer.ts";
export { toJsonLines, toQlog, toTraceEvents } from "./formats/mod.ts";
export { renderReport, type ReportOptions } from "./report/mod.ts";
export { renderTimeline, type TimelineOptions } from "./timeline/mod.ts";
export {
  watch,
  type Watchable,
  type WatchedConnection,
  type WatchedEnd,
  type WatchedKeepalive,
  type WatchedNews,
  type WatchedState,
  type WatchOptions,
  type WatchSnapshot,
} from "./watch/mod.ts";
