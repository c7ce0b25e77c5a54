/**
 * Heartbeats on streams, which get through proxies; `.github/HEARTBEAT.md` has
 * the protocol.
 *
 * @module
 */
export {
  acceptedInterval,
  chosenInterval,
  HEARTBEAT_FIELD,
  heartbeatOf,
} from "./negotiation.ts";
export { BODY_LENGTH, isHeartbeat, skipHeartbeats } from "./octets.ts";
export {
  heartbeatOption,
  type HeartbeatOptions,
  type HeartbeatParameters,
  serverHeartbeatOption,
  type ServerHeartbeatOptions,
  type ServerHeartbeatParameters,
} from "./options.ts";
export { type HeartbeatNews, StreamHeartbeat } from "./stream_heartbeat.ts";
export { HeartbeatTimeoutError } from "./timeout_error.ts";
