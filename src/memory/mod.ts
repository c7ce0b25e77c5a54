/**
 * How much received data a server or a channel holds, per connection and in
 * total, and who has to wait.
 *
 * @module
 */
export { CallMemory } from "./call_memory.ts";
export { ConnectionMemory } from "./connection_memory.ts";
export {
  type MemoryLimits,
  type MemoryQuotaOptions,
  resolveMemoryQuota,
} from "./limits.ts";
export { MemoryQuota } from "./memory_quota.ts";
