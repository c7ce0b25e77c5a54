import type { CallMemory } from "./call_memory.ts";
import { ConnectionMemory } from "./connection_memory.ts";
import {
  LENIENCE,
  type MemoryLimits,
  type MemoryQuotaOptions,
  resolveMemoryQuota,
} from "./limits.ts";

/** Octets that are much, and the part of them that is little. */
const MUCH = 16_777_216;
const LITTLE = 1 / 4;

/**
 * What all connections of a server or a channel hold together.
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
 */
export class MemoryQuota {
  /** The limits in force. */
  readonly limits: MemoryLimits;
  /** Is called when most of much that was held, or the rest, was given back. */
  onQuiet: (() => void) | undefined;
  readonly #holders = new Set<ConnectionMemory>();
  /** Connections that only the total stops. */
  readonly #line = new Set<ConnectionMemory>();
  #used = 0;
  #pinned = 0;
  #idle = 0;
  #queued = 0;
  #lists = 0;
  #peak = 0;
  #hasRest = false;
  /** Counts those that waited for the total and had their turn. */
  granted = 0;
  /** Octets of reserved messages that came. */
  arrived = 0;

  /**
   * Starts with nothing held.
   *
   * @throws {TypeError} If an option is unknown.
   * @throws {RangeError} If the value of an option is not allowed.
   */
  constructor(options: MemoryQuotaOptions = {}) {
    this.limits = resolveMemoryQuota(options);
  }

  /**
   * A quota as it is, or one with these options.
   *
   * @throws {TypeError} If an option is unknown.
   * @throws {RangeError} If the value of an option is not allowed.
   */
  static of(quota: MemoryQuotaOptions | MemoryQuota | undefined): MemoryQuota {
    return quota instanceof MemoryQuota ? quota : new MemoryQuota(quota);
  }

  /** Octets that connections hold above their shares. */
  get used(): number {
    return this.#used;
  }

  /** Octets that were reserved, are in hand, or wait to be sent. */
  get pinned(): number {
    return this.#pinned;
  }

  /** Octets that may still be promised; negative if too much is held. */
  get room(): number {
    const { total } = this.limits;
    return total + Math.max(total * LENIENCE, this.#pinned) - this.#used;
  }

  /** Takes the account of a new connection. */
  connect(): ConnectionMemory {
    return new ConnectionMemory(this);
  }

  /** Whether a call may hold more, or may pass all the same. */
  admits(call: CallMemory, connection: ConnectionMemory): boolean {
    const { total } = this.limits;
    if (this.#used + call.lacks <= total) return true;
    const others = this.#idle + connection.idleBeside(call) - connection.idle;
    return this.#pinned - others <= total * LENIENCE;
  }

  /** What those in line have pinned has become more, or less. */
  noteIdle(change: number): void {
    this.#idle += change;
  }

  /** What a connection holds above its share has changed. */
  change(octets: number, connection: ConnectionMemory): void {
    this.#used += octets;
    this.#peak = Math.max(this.#peak, this.#used);
    if (this.#peak >= MUCH && this.#used < this.#peak * LITTLE) {
      this.#peak = this.#used;
      this.#hasRest = true;
      this.onQuiet?.();
    }
    if (this.#hasRest && this.#used === 0) {
      this.#hasRest = false;
      this.onQuiet?.();
    }
    if (connection.shared > 0) this.#holders.add(connection);
    else this.#holders.delete(connection);
  }

  /** Whether too much waits to be sent, on all connections together. */
  get isCrowded(): boolean {
    return this.#queued > this.limits.total / 2;
  }

  /** What waits to be sent has become more, or less. */
  queue(change: number): void {
    this.#queued += change;
  }

  /** Header lists of running calls have become more, or less. */
  list(change: number): void {
    this.#lists += change;
  }

  /** Whether a header list of so many octets has room beside all others. */
  admitsList(octets: number): boolean {
    return this.#lists + octets <= this.limits.total / 2;
  }

  /** What is pinned has become more, or less. */
  pin(octets: number): void {
    this.#pinned += octets;
  }

  /** A connection, or the first in its line, waits for the total only. */
  wait(connection: ConnectionMemory): void {
    this.#line.add(connection);
  }

  /** A connection waits no longer. */
  leave(connection: ConnectionMemory): void {
    this.#line.delete(connection);
  }

  /** Whether a connection waits for the total. */
  isInLine(connection: ConnectionMemory): boolean {
    return this.#line.has(connection);
  }

  /** Octets were given back: others may have their turn. */
  retry(): void {
    for (const connection of this.#line) {
      connection.retry();
      if (!this.#line.delete(connection) || !connection.isWaiting) continue;
      this.#line.add(connection);
      break;
    }
  }

  /** The connection that holds most, if any holds more than its share. */
  greediest(): ConnectionMemory | undefined {
    let most: ConnectionMemory | undefined;
    for (const each of this.#holders) {
      if (most === undefined || each.shared > most.shared) most = each;
    }
    return most;
  }
}
