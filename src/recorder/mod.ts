/**
 * The flight recorder: the last events of each connection in little memory, and
 * numbers of all of them.
 *
 * @module
 */
export { ConnectionRecord } from "./connection_record.ts";
export { shortened } from "./channel_log.ts";
export { EventLog } from "./event_log.ts";
export { wordsOf } from "./words.ts";
export { joinObservers } from "./join_observers.ts";
export { type Recorded, recordedBy } from "./recorded.ts";
export { Recorder } from "./recorder.ts";
export type { RecorderOptions } from "./recorder_options.ts";
export type { ChannelRecording, Recording } from "./recording.ts";
export type {
  ConnectionEntry,
  RecorderStats,
  SuspicionStats,
} from "./stats.ts";
