import { LateSet } from "../collections/mod.ts";
import { assert, isThoroughFor } from "../invariants/mod.ts";
import { milliseconds } from "../options/mod.ts";
import type { CallMemory } from "./call_memory.ts";
import { LENIENCE, type MemoryLimits } from "./limits.ts";
import type { Standing } from "./patience.ts";

/** Octets that are much, and the part of them that is little. */
const MUCH = 16_777_216;
const LITTLE = 1 / 4;

/** What the sum of all connections asks and tells of one. */
export interface MemoryHolder {
  /** Octets that count for the total. */
  readonly shared: number;
  /** Whether it waits for anything. */
  readonly isWaiting: boolean;
  /** Octets were given back: the first in its line may have their turn. */
  retry(): void;
  /** Ends calls that stand still until `isEnough`; answers whether it was. */
  giveBack(reason: string, isEnough: () => boolean): boolean;
}

/**
 * What all connections of a quota hold, and those that wait for each other.
 *
 * @internal
 */
export class TotalMemory {
  /** The limits in force. */
  readonly limits: MemoryLimits;
  /** Is called when most of much that was held, or the rest, was given back. */
  onQuiet: (() => void) | undefined;
  readonly #holders = new LateSet<MemoryHolder>();
  /** Connections that only the total stops. */
  readonly #line = new LateSet<MemoryHolder>();
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

  /** Starts with nothing held. */
  constructor(limits: MemoryLimits) {
    this.limits = limits;
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

  /** Whether too much waits to be sent, on all connections together. */
  get isCrowded(): boolean {
    return this.#queued > this.limits.total / 2;
  }

  /** Why a call is ended: for the total, or for a connection that holds `use`. */
  reason(isForTotal: boolean, use: number): string {
    const { connection, total, patience } = this.limits;
    const of = isForTotal
      ? `memoryQuota.total (${this.#used} of ${total} octets)`
      : `memoryQuota.connection (${use} of ${connection} octets)`;
    return `messages that were received or wait to be sent use up ${of}, and nothing was given back for ${
      milliseconds(patience)
    }`;
  }

  /** What is held now, by one connection and by all together. */
  standing(use: number, pinned: number): Standing {
    return {
      use,
      pinned,
      allUse: this.#used,
      allPinned: this.#pinned,
      allArrived: this.arrived,
      granted: this.granted,
    };
  }

  /**
   * Whether a call may hold more, or may pass all the same.
   *
   * @param alsoIdle What the call itself has pinned, unless it is in line.
   */
  admits(call: CallMemory, alsoIdle: number): boolean {
    const { total } = this.limits;
    if (this.#used + call.lacks <= total) return true;
    return this.#pinned - this.#idle - alsoIdle <= total * LENIENCE;
  }

  /** Whether a header list of so many octets has room beside all others. */
  admitsList(octets: number): boolean {
    return this.#lists + octets <= this.limits.total / 2;
  }

  /** What those in line have pinned has become more, or less. */
  noteIdle(change: number): void {
    this.#idle += change;
    assert(this.#idle >= 0, "what is idle is counted once", this.#idle);
  }

  /** What a connection holds above its share has changed. */
  change(octets: number, connection: MemoryHolder): void {
    this.#used += octets;
    assert(this.#used >= 0, "all connections hold what each does", this.#used);
    if (isThoroughFor(this.#holders.size)) this.#assertUsed(connection);
    this.#noteQuiet();
    if (connection.shared > 0) this.#holders.add(connection);
    else this.#holders.delete(connection);
  }

  /** What waits to be sent has become more, or less. */
  queue(change: number): void {
    this.#queued += change;
  }

  /** Header lists of running calls have become more, or less. */
  list(change: number): void {
    this.#lists += change;
  }

  /** What is pinned has become more, or less. */
  pin(octets: number): void {
    this.#pinned += octets;
    assert(this.#pinned >= 0, "what is pinned is charged once", this.#pinned);
  }

  /** A connection, or the first in its line, waits for the total only. */
  wait(connection: MemoryHolder): void {
    this.#line.add(connection);
  }

  /** A connection waits no longer. */
  leave(connection: MemoryHolder): void {
    this.#line.delete(connection);
  }

  /** Whether a connection waits for the total. */
  isInLine(connection: MemoryHolder): boolean {
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
  greediest(): MemoryHolder | undefined {
    let most: MemoryHolder | undefined;
    for (const each of this.#holders) {
      if (most === undefined || each.shared > most.shared) most = each;
    }
    return most;
  }

  /** The total is the sum of what connections hold above their shares. */
  #assertUsed(changing: MemoryHolder): void {
    let used = this.#holders.has(changing) ? 0 : changing.shared;
    for (const { shared } of this.#holders) used += shared;
    assert(used === this.#used, `connections hold ${used} octets`, this.#used);
  }

  #noteQuiet(): void {
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
  }
}
