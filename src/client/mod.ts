/**
 * The client: calls over connections that are kept alive, replaced when they
 * are lost, and spread over the addresses of a name.
 *
 * @module
 */
export {
  type MethodConfig,
  type RetryPolicyConfig,
  type RetryThrottlingConfig,
  type ServiceConfig,
} from "./calls/mod.ts";
export { Channel } from "./channel.ts";
export { timeOf } from "./channel_parts.ts";
export type {
  AddressKeepalive,
  BackoffOptions,
  ChannelCounters,
  ChannelKeepaliveOptions,
  ConnectivityChange,
  KeepaliveInForce,
  KeepaliveSource,
  KeepaliveStore,
  LearnedKeepalive,
} from "./connections/mod.ts";
export {
  type Client,
  type ClientMethod,
  createClient,
} from "./create_client.ts";
export { CHANNEL_KEYS, type ChannelOptions } from "./options.ts";
export {
  type PollingOptions,
  pollingResolver,
  type Resolver,
  type ResolverListener,
} from "./resolving/mod.ts";
export { subscribe } from "./subscribe.ts";
export type { SubscribeOptions } from "./subscribing/mod.ts";
