/**
 * What happened to connections, kept and told: a {@linkcode Recorder} remembers
 * the last events of each connection, also of those that have ended, and keeps
 * numbers; {@linkcode renderTimeline} draws that, {@linkcode renderReport} makes
 * one page of it for a report of a fault, {@linkcode toQlog},
 * {@linkcode toTraceEvents} and {@linkcode toJsonLines} hand it to other tools.
 * {@linkcode consoleObserver} prints what happens while it does, and
 * {@linkcode joinObservers} has several observers watch at once.
 *
 * @example A recorder on a channel
 * ```ts
 * import { Channel } from "@keepalive/grpc";
 * import { Recorder } from "@keepalive/grpc/observe";
 *
 * const recorder = new Recorder();
 * await using channel = new Channel("localhost:50051", { observer: recorder });
 * console.log(recorder.stats().pings.rtt?.p99);
 * ```
 *
 * @module
 */
export {
  type ChannelRecording,
  type ConnectionRecording,
  type ConnectionStats,
  joinObservers,
  type PingStats,
  type RecordedCall,
  Recorder,
  type RecorderOptions,
  type RecorderStats,
  type Recording,
  type Spread,
  type SuspicionStats,
} from "../recorder/mod.ts";
export type {
  CallEnd,
  CallEvent,
  CallMessageEvent,
  ChannelEvent,
  EndedBy,
  MessageSums,
  Observer,
} from "../grpc/mod.ts";
export type { TransportEvent } from "../transport/mod.ts";
export {
  consoleObserver,
  type ConsoleObserverOptions,
} from "./console_observer.ts";
export { toJsonLines, toQlog, toTraceEvents } from "./formats/mod.ts";
export { renderReport, type ReportOptions } from "./report/mod.ts";
export { renderTimeline, type TimelineOptions } from "./timeline/mod.ts";
