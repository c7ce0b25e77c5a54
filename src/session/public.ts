/**
 * One HTTP/2 connection with gRPC keepalive, without a socket and a clock:
 * for tests in virtual time, for simulations, and for other sockets.
 *
 * @example A dead server is noticed after `time + timeout`
 * ```ts
 * import { clientParameters, serverParameters, Session } from "@keepalive/grpc/session";
 *
 * const client = new Session(
 *   clientParameters({
 *     keepalive: { time: 10_000, timeout: 1_000, permitWithoutStream: true },
 *   }),
 *   0,
 * );
 * const server = new Session(serverParameters(), 0);
 * server.receive(client.takeOutput(), 0);
 * client.receive(server.takeOutput(), 0);
 * while (client.state.kind !== "closed") client.advance(client.deadline());
 * console.log(client.state.reason.at); // 11000
 * ```
 *
 * @module
 */
export type {
  ConnectionCounters,
  ConnectionEvent,
  Goaway,
  GoawayEvent,
  Observed,
  PeerSettings,
  PingEvent,
  PingPurpose,
  PingRecord,
  SettingsEvent,
  StreamErrorEvent,
  StreamEvent,
} from "../connection/mod.ts";
export { ErrorCode, errorCodeName } from "../frames/mod.ts";
export type {
  AttributedHeaderField,
  EncodableHeaderField,
  HeaderField,
  HeaderFieldAttributes,
} from "../hpack/mod.ts";
export type {
  AdvertisedPolicy,
  ClientKeepaliveOptions,
  ConnectionAgeOptions,
  EnforcementOptions,
  EnforcementParameters,
  ServerKeepaliveOptions,
  ToldPolicy,
  WatchdogState,
} from "../keepalive/mod.ts";
export {
  CallMemory,
  ConnectionMemory,
  type MemoryLimits,
  MemoryQuota,
  type MemoryQuotaOptions,
} from "../memory/mod.ts";
export {
  type CloseKind,
  closeMessage,
  type CloseReason,
  explain,
  explainEnd,
  explainPast,
  goawayText,
  isGraceful,
} from "./close_reason.ts";
export type { SessionCounters } from "./counters.ts";
export { ConnectionClosedError } from "./errors.ts";
export type {
  InformingEventType,
  KeepaliveEvent,
  LifecycleEvent,
  SessionEvent,
} from "./events.ts";
export {
  type ClientParameters,
  clientParameters,
  type ClientSessionOptions,
  type ServerParameters,
  serverParameters,
  type ServerSessionOptions,
  type SessionOptions,
} from "./parameters.ts";
export { Session } from "./session.ts";
export type { ServerPolicy } from "./server_policy.ts";
export type { SessionPolicy, SessionSetup } from "./session_parts.ts";
export { SessionStreams } from "./session_streams.ts";
export type { CloseMode, SessionState } from "./state.ts";
