/**
 * The calls of a client: attempts, retries, deadlines.
 *
 * @module
 */
export { callRules, type CallSetup } from "./call_factory.ts";
export { Caller, requireIterable } from "./caller.ts";
export { type CallLimits, limitCall } from "./call_limits.ts";
export { NO_OPTIONS, requireDeadline } from "./check_call.ts";
export type {
  MethodConfig,
  RetryPolicyConfig,
  RetryThrottlingConfig,
  ServiceConfig,
} from "./service_config.ts";
