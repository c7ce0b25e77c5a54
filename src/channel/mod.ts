/**
 * The client: calls over connections that are kept alive, replaced when they
 * are lost, and spread over the addresses of a name.
 *
 * @module
 */
export type { BackoffOptions } from "./backoff.ts";
export * from "./channel.ts";
export type { ChannelOptions } from "./channel_options.ts";
export * from "./client.ts";
export type { ConnectivityChange, ConnectivityState } from "./connectivity.ts";
export type { LoadBalancing } from "./connector.ts";
export * from "./interceptor.ts";
export type { KeepaliveInForce } from "./keepalive_in_force.ts";
export type { Verify } from "./link.ts";
export {
  type PollingOptions,
  pollingResolver,
  type Resolver,
  type ResolverListener,
} from "./resolver.ts";
export type {
  MethodConfig,
  MethodName,
  RetryPolicyConfig,
  RetryThrottlingConfig,
  ServiceConfig,
} from "./service_config.ts";
