/**
 * The connections of a channel: attempts, backoff, and trust in them.
 *
 * @module
 */
export type { AddressKeepalive, KeepaliveSource } from "./address_policies.ts";
export { Backoff, type BackoffOptions, resolveBackoff } from "./backoff.ts";
export {
  type CallCounters,
  type ChannelCounters,
  channelCounters,
  zeroCallCounters,
} from "./channel_counters.ts";
export {
  type ChannelListener,
  ChannelTracer,
  type ChannelTracerSetup,
  SubchannelTracer,
} from "./channel_tracer.ts";
export type { ConnectionEnding } from "./connection_ending.ts";
export { Connectivity } from "./connectivity.ts";
export { Dialer, type DialerSetup } from "./dialer.ts";
export { interruptible } from "./interruptible.ts";
export {
  ChannelKeepalive,
  type ChannelKeepaliveOptions,
  type KeepaliveInForce,
} from "./keepalive_in_force.ts";
export { localHealthOf } from "./local_health.ts";
export type { KeepaliveStore } from "./keepalive_store.ts";
export type { LearnedKeepalive } from "./learned_floor.ts";
export { lacksPermission } from "./permission.ts";
export {
  ReconnectThrottles,
  type ThrottleSetup,
} from "./reconnect_throttle.ts";
export { sleepWatchOf } from "./sleep_watch.ts";
export type { ConnectivityChange } from "./state_changes.ts";
export { Subchannel, type SubchannelOwner } from "./subchannel.ts";
export type { SubchannelParts, SubchannelSetup } from "./subchannel_state.ts";
export type { TrustSetup, Verify } from "./trust.ts";
export { TrustedConnection } from "./trusted_connection.ts";
