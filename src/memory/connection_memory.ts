import { assert } from "../invariants/mod.ts";
import { joined, NO_LINE } from "./call_line.ts";
import { CallMemory, type CallOwner, type Refusable } from "./call_memory.ts";
import { ConnectionAccount } from "./connection_account.ts";
import { NO_LARGE_CALLS, withCall } from "./large_calls.ts";
import { LENIENCE, NOTABLE, SHARE, SMALL, SMALL_SHARE } from "./limits.ts";
import { Patience, type Standing } from "./patience.ts";

/**
 * What one connection holds, and which of its calls wait to hold more; see
 * {@linkcode MemoryQuota}.
 */
export class ConnectionMemory extends ConnectionAccount implements CallOwner {
  /**
   * Has a turn planned when the peer may get credit that it was denied, and when
   * `deadline` is to be looked at, as somebody has begun to wait.
   */
  owner: { schedule(): void } | undefined;

  #line = NO_LINE;
  #large = NO_LARGE_CALLS;
  #waiting = 0;
  #isShort = false;
  #isClosed = false;
  #lastPatience: Patience | undefined;

  /** Octets from which a change counts as progress. */
  get #step(): number {
    return Math.min(NOTABLE, this.total.limits.connection / 64);
  }

  get #patience(): Patience {
    return this.#lastPatience ??= new Patience(this.#step);
  }

  /** Octets by which windows of streams were made larger than the first. */
  get grown(): number {
    return this.windows.grown;
  }

  set grown(octets: number) {
    const change = octets - this.windows.grown;
    this.windows.grown = octets;
    if (change < 0) this.retry();
  }

  /** Whether the peer was denied credit. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** Whether it waits for anything. */
  override get isWaiting(): boolean {
    return this.#line.size > 0 || this.#isShort;
  }

  /** Octets that those in line have pinned. */
  get idle(): number {
    return this.#line.idle;
  }

  /** Whether no window should grow any more. */
  get isUnderPressure(): boolean {
    return this.#line.size > 0 || this.pinned > this.windows.pool;
  }

  /** Octets by which windows of streams may still grow. */
  get growth(): number {
    if (this.isUnderPressure) return 0;
    return Math.min(this.total.limits.connection / 2 - this.grown, this.room);
  }

  /** Begins to count for a call, which its owner has to end if need be. */
  open(owner: Refusable): CallMemory {
    return new CallMemory(this, owner);
  }

  /** Notes whether the peer was denied credit. */
  setShort(isShort: boolean): void {
    if (isShort === this.#isShort) return;
    this.#lastPatience?.renew();
    this.#isShort = isShort;
    if (isShort) this.#queueForTotal();
  }

  /** The connection has ended; calls may hold what they have for a while. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.owner = undefined;
    this.#isShort = false;
    this.total.leave(this);
    this.endCredit();
  }

  /**
   * When `advance` is due; `Infinity` if nobody waits. The time since something
   * was last given back counts from the first call after it.
   */
  deadline(now: number): number {
    if (!this.#isStarving) return Infinity;
    const since = this.#patience.since(now, this.#standing, this.#isForTotal);
    return since + this.total.limits.patience;
  }

  /** Ends calls, if nothing has been given back for too long. */
  advance(now: number): void {
    if (now < this.deadline(now)) return;
    this.retry();
    if (now < this.deadline(now)) return;
    if (this.#isForTotal && this.#askGreediest()) return;
    const isEnough = this.#endCalls(
      this.#large.withThose(this.#line),
      this.total.reason(this.#isForTotal, this.use),
      () => this.#hasEnough,
    );
    // Nobody can give anything back: the next look is a whole patience later.
    if (!isEnough) this.#patience.renew();
  }

  /** Calls that wait for a message have become more, or fewer. */
  waiting(change: number): void {
    const isFirst = this.#waiting === 0;
    this.#waiting += change;
    assert(this.#waiting >= 0, "each wait ends once", this.#waiting);
    if (!isFirst) return;
    this.#lastPatience?.renew();
    if (this.#isShort) this.owner?.schedule();
  }

  /** Calls whose peer may send data have become more, or fewer. */
  receiving(change: number): void {
    this.windows.receive(change);
    if (change < 0) this.retry();
  }

  /** Octets came of a message that was reserved. */
  came(octets: number): void {
    this.#patience.came(octets);
    this.total.arrived += octets;
  }

  /** Data left: what waits to be sent becomes less, if slowly. */
  sent(): void {
    if (this.queued > 0) this.#lastPatience?.renew();
  }

  /** Whether a call gets what it wants; if not, it waits in line. */
  want(call: CallMemory): boolean {
    if (this.#isClosed) {
      call.grant();
      return true;
    }
    const isFirst = this.#line.size === 0 || call.lacks <= SMALL;
    if (isFirst && this.#admits(call)) {
      call.grant();
      return true;
    }
    const isAlone = this.#line.size === 0;
    this.#line = joined(this.#line, call);
    this.total.noteIdle(call.pinned);
    if (isAlone) this.#patience.renew();
    this.retry();
    if (call.pinned > 0) this.total.retry();
    if (!this.#line.has(call)) return true;
    if (isAlone) this.owner?.schedule();
    return false;
  }

  /** A call waits no longer. */
  leave(call: CallMemory): void {
    if (this.#line.size > 0 && this.#part(call)) this.retry();
  }

  /** What a call holds has changed. */
  change(call: CallMemory, octets: number, pinned: number): void {
    this.pin(pinned);
    if (this.#line.size > 0 && this.#line.has(call)) {
      this.#line.repin(pinned);
      this.total.noteIdle(pinned);
    }
    this.#large = withCall(this.#large, call);
    this.add(octets);
    if (octets >= 0 && pinned >= 0) return;
    this.retry();
    if (pinned < 0) this.total.retry();
  }

  /** Something was given back: the first in line may have their turn. */
  override retry(): void {
    if (!this.isWaiting) return;
    const waited = this.total.isInLine(this);
    for (const call of this.#line) {
      if (!this.#admits(call)) break;
      this.#part(call);
      this.#patience.renew();
      if (waited) this.total.granted++;
      call.grant();
    }
    this.#queueForTotal();
    if (this.#isShort && this.room > 0) this.owner?.schedule();
  }

  /**
   * Ends calls that make no progress, because another connection waits.
   *
   * @returns Whether there was enough.
   */
  override giveBack(reason: string, isEnough: () => boolean): boolean {
    return this.#endCalls(
      this.#large.atAStandstill(this.#step),
      reason,
      isEnough,
    );
  }

  get #isStarving(): boolean {
    return this.#line.size > 0 || this.#isShort && this.#waiting > 0;
  }

  /** Whether the calls that wait are held up by the total only. */
  get #isForTotal(): boolean {
    const { first } = this.#line;
    if (first !== undefined) return this.#hasPool(first);
    return this.#isShort && this.use <= this.total.limits.connection;
  }

  /** Whether nobody waits in vain, or something moved for who does. */
  get #hasEnough(): boolean {
    return !this.#isStarving ||
      this.#patience.hasProgress(this.#standing, this.#isForTotal);
  }

  get #standing(): Standing {
    return this.total.standing(this.use, this.pinned);
  }

  /**
   * Has the connection that holds most give back what stands still there.
   *
   * @returns Whether it does, or reserved messages go on, if slowly: then who
   * waits for the total gets time.
   */
  #askGreediest(): boolean {
    const greediest = this.total.greediest();
    if (greediest === undefined || greediest === this) return false;
    if (
      greediest.giveBack(
        this.total.reason(this.#isForTotal, this.use),
        () => this.#hasEnough,
      )
    ) return true;
    if (!this.#patience.hasArrivals(this.#standing)) return false;
    this.#patience.renew();
    return true;
  }

  #admits(call: CallMemory): boolean {
    const use = this.use + call.lacks;
    if (call.lacks === 0) return !this.isCrowded;
    if (use <= SHARE) return true;
    if (!this.#hasPool(call)) return false;
    const isSmall = call.lacks <= SMALL && use <= SMALL_SHARE;
    return isSmall ||
      this.total.admits(call, this.#line.idleBeside(call) - this.#line.idle);
  }

  #hasPool(call: CallMemory): boolean {
    const { pool } = this.windows;
    return this.pinned + call.lacks <= pool ||
      this.pinned - this.#line.idleBeside(call) <= pool * LENIENCE;
  }

  #part(call: CallMemory): boolean {
    if (!this.#line.leave(call)) return false;
    this.total.noteIdle(-call.pinned);
    return true;
  }

  #queueForTotal(): void {
    if (this.#isForTotal) this.total.wait(this);
    else this.total.leave(this);
  }

  /** Ends calls until `isEnough`. */
  #endCalls(
    calls: readonly CallMemory[],
    reason: string,
    isEnough: () => boolean,
  ): boolean {
    for (const call of calls) {
      if (call.loose === 0 && !this.#line.has(call)) continue;
      call.refuse(reason);
      if (isEnough()) return true;
    }
    return false;
  }
}
