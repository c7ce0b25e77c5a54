/**
 * The machines of gRPC keepalive, each on its own: client and server
 * keepalive, connection age, ping enforcement.
 *
 * Pure: time is an argument, and what is to be done is the return value. A
 * limit of `Infinity` turns a machine off, and it asks for no timer.
 *
 * @module
 */
export {
  type AdvertisedPolicy,
  IDLE_LIMIT_SETTING,
  LARGEST_ADVERTISED_TIME,
  parsePolicy,
  POLICY_FIELD,
  POLICY_SETTING,
  policyFindings,
  policyOfSettings,
  policySettings,
  type PolicySource,
  policyText,
  type ToldPolicy,
} from "./advertised_policy.ts";
export {
  CLIENT_KEEPALIVE_KEYS,
  ClientKeepalive,
  type ClientKeepaliveOptions,
  resolveClientKeepalive,
} from "./client_keepalive.ts";
export { ClockWatch, sleptSince, SUSPEND_BOUND } from "./clock_watch.ts";
export {
  type AgeInstruction,
  CONNECTION_AGE_KEYS,
  ConnectionAge,
  type ConnectionAgeOptions,
  resolveConnectionAge,
} from "./connection_age.ts";
export {
  ENFORCEMENT_KEYS,
  type EnforcementOptions,
  type EnforcementParameters,
  PingEnforcement,
  type PingVerdict,
  resolveAdvertised,
  resolveEnforcement,
} from "./ping_enforcement.ts";
export {
  resolveServerKeepalive,
  SERVER_KEEPALIVE_KEYS,
  type ServerKeepaliveOptions,
} from "./server_keepalive.ts";
export {
  type KeepaliveInstruction,
  LATE_VERDICT,
  VERDICT_PAUSE,
  Watchdog,
  type WatchdogState,
} from "./watchdog.ts";
