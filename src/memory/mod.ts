/**
 * How much received data a server or a channel holds, per connection and in
 * total, and who has to wait.
 *
 * ```txt
 * MemoryQuota         one per server or channel: sum of what connections
 *   |                 hold above their SHARE
 *   +- ConnectionMemory   one per connection: credit + limbo + sum of calls
 *        |
 *        +- CallMemory    one per call: parts below
 *
 * octets of a message    window credit -> limbo -> unread -> in hand -> gone
 *                                                   |          ^
 *                            (half: + pending)      +- reserved (unfolding)
 * ```
 *
 * Octets become more in three ways. The first window of each stream arrives as
 * it likes; where streams could send more than the limits in that way, the
 * window of their connection is not renewed without room. The rest of a longer
 * message, and what a message unfolds to, is reserved before, whole: `want`.
 * Header lists, and responses that the peer does not take, are charged as they
 * come, and whatever is reserved afterwards waits for them. Each of the two may
 * take half of the total: then connections that have more than their SHARE of it
 * begin no further call.
 *
 * Why calls never wait for ever:
 * - What was reserved, is in hand or waits to be sent is *pinned*. It has what
 *   the first windows of the streams leave of the limit, but at least a
 *   quarter. So first windows cannot take the place of a reserved message, and
 *   a thousand long messages that begin at once are completed by and by.
 * - Who wants more waits in line: first come, first served in each connection,
 *   and by turns among the connections that only the total stops.
 * - The first in line passes in spite of the limit while others that do not
 *   wait have pinned next to nothing: a message longer than the whole quota gets
 *   through, and calls with folded messages do not wait for each other.
 * - The window of the connection is renewed as far as reserved messages are
 *   still to come (`pending`), and always within SHARE.
 * - What a handler has in hand may depend on a message that waits here, which
 *   nobody can see. If nothing moves for `patience`, the call whose end gives
 *   back most ends, of equals the youngest, until something moves.
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
