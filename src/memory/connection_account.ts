import { assert } from "../invariants/mod.ts";
import { SHARE } from "./limits.ts";
import { StreamWindows } from "./stream_windows.ts";
import type { MemoryHolder, TotalMemory } from "./total_memory.ts";

/**
 * What one connection holds, and what that leaves to its peer and its calls.
 *
 * @internal
 */
export abstract class ConnectionAccount implements MemoryHolder {
  /** What all connections hold. */
  protected readonly total: TotalMemory;
  /** What its streams may send. */
  protected readonly windows: StreamWindows;
  #use = 0;
  #shared = 0;
  /** Octets that the peer may send. */
  #credit = 0;
  /** Octets that came in this turn, and were not handed over yet. */
  #arriving = 0;
  /** Octets that are to come of reserved messages. */
  #pending = 0;
  #pinned = 0;
  #queued = 0;
  #lists = 0;

  /** Starts with nothing held. */
  constructor(total: TotalMemory) {
    this.total = total;
    this.windows = new StreamWindows(total.limits.connection);
  }

  /** Whether it waits for anything. */
  abstract readonly isWaiting: boolean;

  /** Something was given back: the first in line may have their turn. */
  abstract retry(): void;

  /**
   * Ends calls that make no progress, because another connection waits.
   *
   * @returns Whether there was enough.
   */
  abstract giveBack(reason: string, isEnough: () => boolean): boolean;

  /** Octets that it holds or has promised. */
  get use(): number {
    return this.#use;
  }

  /** Those of them that count for the total. */
  get shared(): number {
    return this.#shared;
  }

  /** Those of them that were reserved, are in hand, or wait to be sent. */
  get pinned(): number {
    return this.#pinned;
  }

  /** Octets that wait to be sent. */
  get queued(): number {
    return this.#queued;
  }

  /** The first window of a stream, in octets. */
  get window(): number {
    return this.windows.first;
  }

  set window(octets: number) {
    this.windows.first = octets;
  }

  /** Whether so much waits to be sent that no further handler should begin. */
  get isCrowded(): boolean {
    if (this.#queued <= SHARE) return false;
    return this.#queued > this.windows.pool || this.total.isCrowded;
  }

  /** Octets that the peer may be allowed to send in addition. */
  get room(): number {
    const room = Math.min(this.#ownRoom, this.total.room);
    return Math.max(room + this.#pending, SHARE - this.#use);
  }

  /**
   * Chooses the first window of streams: so many may arrive at once as may be
   * open. Small messages must fit in.
   *
   * @param streams Those that may be open; if nobody knows, a thousand.
   */
  divide(streams: number): number {
    return this.windows.divide(streams);
  }

  /** The peer was allowed to send more. */
  credited(octets: number): void {
    this.#credit += octets;
    this.add(octets);
  }

  /** Data arrived, and will be handed over before the turn ends. */
  arrived(octets: number): void {
    this.#credit -= octets;
    this.#arriving += octets;
    assert(
      this.#arriving >= 0,
      "the number of octets that arrive is not negative",
      this.#arriving,
    );
  }

  /** What arrived was handed over; those who have it count it. */
  endTurn(): void {
    const octets = this.#arriving;
    if (octets === 0) return;
    this.#arriving = 0;
    this.add(-octets);
  }

  /** What waits to be sent has become more, or less. */
  queue(change: number): void {
    this.#queued += change;
    assert(this.#queued >= 0, "what is queued is charged once", this.#queued);
    this.total.queue(change);
  }

  /** Header lists of running calls have become more, or less. */
  list(change: number): void {
    this.#lists += change;
    assert(this.#lists >= 0, "a header list is charged once", this.#lists);
    this.total.list(change);
  }

  /**
   * Whether a call with a header list of so many octets may begin. It does not
   * wait: the list is there, and those of others stay as long as their calls.
   */
  admitsList(octets: number): boolean {
    return this.#lists + octets <= SHARE || this.total.admitsList(octets);
  }

  /** What is to come of reserved messages has changed. */
  awaits(change: number): void {
    this.#pending += change;
    assert(
      this.#pending >= 0,
      "what is to come is charged once",
      this.#pending,
    );
  }

  /** What calls have pinned has become more, or less. */
  protected pin(change: number): void {
    this.#pinned += change;
    assert(this.#pinned >= 0, "what is pinned is charged once", this.#pinned);
    this.total.pin(change);
  }

  /** The peer can send no more, and nothing of what came is to be handed over. */
  protected endCredit(): void {
    const promised = this.#credit + this.#arriving;
    this.#credit = this.#arriving = 0;
    this.add(-promised);
  }

  /** Where the windows of streams fit in, they are bound enough. */
  get #ownRoom(): number {
    if (this.windows.fitIn) return Infinity;
    const pinned = Math.max(this.windows.leastPool, this.#pinned);
    return this.total.limits.connection + pinned - this.#use;
  }

  /** It holds more, or less. */
  protected add(octets: number): void {
    const before = this.#use;
    this.#use = before + octets;
    assert(this.#use >= 0, "a connection gives back what it holds", this.#use);
    if (before <= SHARE && this.#use <= SHARE) return;
    const shared = Math.max(0, this.#use - SHARE);
    const change = shared - this.#shared;
    this.#shared = shared;
    this.total.change(change, this);
    if (change < 0) this.total.retry();
  }
}
