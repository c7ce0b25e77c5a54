/**
 * How much received data a server or a channel holds, per connection and in
 * total, and who has to wait.
 *
 * ```txt
 * MemoryQuota             one per server or channel: the sum of what connections
 *   |                     hold above their SHARE
 *   +- ConnectionMemory   one per connection: credit + arriving + sum of calls
 *        |
 *        +- CallMemory    one per call: the parts below
 *
 * octets of a message:  window credit -> arriving -> unread -> in hand -> gone
 *                                                      |          ^
 *                       (half: + pending)              +- reserved for
 *                                                         decompression
 * ```
 *
 * Memory is charged in three ways. The first window of each stream may arrive
 * without being asked for; if all streams together could send more than the
 * limit in that way, the window of their connection is renewed only while there
 * is room. The rest of a longer message, and what a message decompresses to, is
 * reserved as a whole beforehand: `want`. Header lists, and responses that the
 * peer does not read, are charged as they come, and what is reserved afterwards
 * waits for them. Each of these two may take half of the total: above it,
 * connections that hold more than their SHARE begin no further call.
 *
 * Why no call waits for ever:
 * - What was reserved, is in hand or waits to be sent is *pinned*. Pinned memory
 *   may take what the first windows of the streams leave of the limit, and at
 *   least a quarter of it. So first windows cannot take the place of a reserved
 *   message, and a thousand long messages that begin at once are completed one
 *   after the other.
 * - A call that wants more waits in line: first come, first served within a
 *   connection, and by turns among connections that only the total holds up.
 * - The first in line passes in spite of the limit while the calls that do not
 *   wait have pinned next to nothing. So a message that is longer than the whole
 *   quota gets through, and calls that hold compressed messages do not wait for
 *   each other.
 * - The window of the connection is renewed as far as reserved messages are still
 *   to come (`pending`), and always within SHARE.
 * - What a handler has in hand may depend on a message that waits here, which
 *   cannot be known. If there is no progress for `patience`, the call is ended
 *   that frees most memory (of equals the youngest), until there is progress.
 *
 * It does what gRPC Core calls a resource quota
 * ({@link https://grpc.github.io/grpc/cpp/classgrpc_1_1_resource_quota.html | grpc::ResourceQuota}).
 *
 * @module
 */
export { CallMemory, type Refusable } from "./call_memory.ts";
export { ConnectionMemory } from "./connection_memory.ts";
export {
  type MemoryLimits,
  type MemoryQuotaOptions,
  resolveMemoryQuota,
} from "./limits.ts";
export { MemoryQuota } from "./memory_quota.ts";
export { firstWindow } from "./stream_windows.ts";
