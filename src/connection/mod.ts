/**
 * One end of an HTTP/2 connection (RFC 9113) and its streams.
 *
 * Pure: octets and commands in, octets and events out, time is an argument.
 *
 * @module
 */
export { Connection } from "./connection.ts";
export { reuseStreamEvents, type Sender } from "./streams/mod.ts";
export type { ConnectionCounters } from "./counters.ts";
export { EventLog, type Observed } from "./event_log.ts";
export type {
  ConnectionEvent,
  GoawayEvent,
  PingEvent,
  SettingsEvent,
  StreamErrorEvent,
  StreamEvent,
} from "./events.ts";
export type { Goaway } from "./goaway.ts";
export { HEADER_LIMITS } from "./headers/mod.ts";
export {
  DEFAULT_WINDOW_SIZE,
  LEAST_RESPONSE_SIZE,
  type PeerSettings,
} from "./peer_settings.ts";
export type { PingPurpose, PingRecord } from "./ping_record.ts";
export type { Role } from "./role.ts";
