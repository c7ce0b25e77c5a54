/**
 * One connection with its keepalive: the door of the folder. See `public.ts` for
 * what is published.
 *
 * @module
 */
export {
  type Observed,
  reuseStreamEvents,
  type StreamEvent,
} from "../connection/mod.ts";
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
  CLIENT_SESSION_KEYS,
  type ClientParameters,
  clientParameters,
  type ClientSessionOptions,
  SERVER_SESSION_KEYS,
  type ServerParameters,
  serverParameters,
  type ServerSessionOptions,
  type SessionOptions,
} from "./parameters.ts";
export { Session } from "./session.ts";
export type { SessionPolicy } from "./session_parts.ts";
export type { CloseMode, SessionState } from "./state.ts";
