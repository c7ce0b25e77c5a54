import { milliseconds } from "../options/mod.ts";
import { CallMemory } from "./call_memory.ts";
import { LENIENCE, SHARE, SMALL, SMALL_SHARE } from "./limits.ts";
import type { MemoryQuota } from "./memory_quota.ts";
import { Patience, type Standing } from "./patience.ts";

/** Octets from which a call is looked at when something must be given back. */
const NOTABLE = 16_384;

/** Octets of the first window of a stream (RFC 9113 section 6.9.2). */
const FIRST_WINDOW = 65_535;

/** Octets that a stream may send without being asked, however many there are. */
const LEAST_WINDOW = 1_024;

/** Streams to reckon with where their number has no limit. */
const MANY_STREAMS = 1_000;

/** The part of the limit that is left for what is pinned in any case. */
const LEAST_PINNED = 1 / 4;

/**
 * What one connection holds, and who waits to hold more; see
 * {@linkcode MemoryQuota}.
 */
export class ConnectionMemory {
  /** The first window of a stream, in octets. */
  window: number = FIRST_WINDOW;
  /**
   * Is called when the peer may get credit that it was denied, and when
   * `deadline` is to be looked at, as somebody has begun to wait.
   */
  onDue: (() => void) | undefined;

  readonly #quota: MemoryQuota;
  #grown = 0;
  #use = 0;
  #shared = 0;
  #credit = 0;
  #limbo = 0;
  #pending = 0;
  #pinned = 0;
  #queued = 0;
  #lists = 0;
  #waiting = 0;
  #receiving = 0;
  #isShort = false;
  #isClosed = false;
  readonly #line = new Set<CallMemory>();
  /** Octets that those in line have pinned. */
  #idle = 0;
  readonly #notable = new Set<CallMemory>();
  /** Octets that make a difference to those who wait. */
  readonly #step: number;
  readonly #patience: Patience;

  /** Made by `MemoryQuota.connect`. */
  constructor(quota: MemoryQuota) {
    this.#quota = quota;
    this.#step = Math.min(NOTABLE, quota.limits.connection / 64);
    this.#patience = new Patience(this.#step);
  }

  /** Octets that it holds or has promised. */
  get use(): number {
    return this.#use;
  }

  /** Those of them that count for the total. */
  get shared(): number {
    return this.#shared;
  }

  /** Octets by which windows of streams were made larger than the first. */
  get grown(): number {
    return this.#grown;
  }

  set grown(octets: number) {
    const change = octets - this.#grown;
    this.#grown = octets;
    if (change < 0) this.retry();
  }

  /** Whether the peer was denied credit. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** Whether it waits for anything. */
  get isWaiting(): boolean {
    return this.#line.size > 0 || this.#isShort;
  }

  /** Whether so much waits to be sent that no further handler should begin. */
  get isCrowded(): boolean {
    if (this.#queued <= SHARE) return false;
    return this.#queued > this.#pool || this.#quota.isCrowded;
  }

  /** Whether no window should grow any more. */
  get isUnderPressure(): boolean {
    return this.#line.size > 0 || this.#pinned > this.#pool;
  }

  /** Octets that the peer may be allowed to send in addition. */
  get room(): number {
    const room = Math.min(this.#ownRoom, this.#quota.room);
    return Math.max(room + this.#pending, SHARE - this.#use);
  }

  /** Octets by which windows of streams may still grow. */
  get growth(): number {
    if (this.isUnderPressure) return 0;
    return Math.min(this.#quota.limits.connection / 2 - this.grown, this.room);
  }

  /**
   * Chooses the first window of streams: so many may arrive at once as may be
   * open. Small messages must fit in.
   *
   * @param streams Those that may be open; if nobody knows, a thousand.
   */
  divide(streams: number): number {
    const count = streams > 0 && streams < Infinity ? streams : MANY_STREAMS;
    const part = Math.floor(this.#quota.limits.connection / count);
    return this.window = Math.min(Math.max(part, LEAST_WINDOW), FIRST_WINDOW);
  }

  /** Begins to count for a call, which `onRefused` has to end if need be. */
  open(onRefused: (reason: string) => void): CallMemory {
    return new CallMemory(this, onRefused);
  }

  /** The peer was allowed to send more. */
  credited(octets: number): void {
    this.#credit += octets;
    this.#add(octets);
  }

  /** Data arrived, and will be handed over before the turn ends. */
  arrived(octets: number): void {
    this.#credit -= octets;
    this.#limbo += octets;
  }

  /** What arrived was handed over; those who have it count it. */
  endTurn(): void {
    const octets = this.#limbo;
    if (octets === 0) return;
    this.#limbo = 0;
    this.#add(-octets);
  }

  /** Notes whether the peer was denied credit. */
  setShort(isShort: boolean): void {
    if (isShort === this.#isShort) return;
    this.#patience.renew();
    this.#isShort = isShort;
    if (isShort) this.#queueForTotal();
  }

  /** The connection has ended; calls may hold what they have for a while. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onDue = undefined;
    this.#isShort = false;
    this.#quota.leave(this);
    const promised = this.#credit + this.#limbo;
    this.#credit = this.#limbo = 0;
    this.#add(-promised);
  }

  /**
   * When `advance` is due; `Infinity` if nobody waits. The time since something
   * was last given back counts from the first call after it.
   */
  deadline(now: number): number {
    if (!this.#isStarving) return Infinity;
    const since = this.#patience.since(now, this.#standing, this.#isForTotal);
    return since + this.#quota.limits.patience;
  }

  /** Ends calls, if nothing has been given back for too long. */
  advance(now: number): void {
    if (now < this.deadline(now)) return;
    this.retry();
    if (now < this.deadline(now)) return;
    if (this.#isForTotal && this.#askGreediest()) return;
    this.#giveBack(this);
  }

  /** Calls that wait for a message have become more, or fewer. */
  waiting(change: number): void {
    const isFirst = this.#waiting === 0;
    this.#waiting += change;
    if (!isFirst) return;
    this.#patience.renew();
    if (this.#isShort) this.onDue?.();
  }

  /** Calls whose peer may send data have become more, or fewer. */
  receiving(change: number): void {
    this.#receiving += change;
    if (change < 0) this.retry();
  }

  /** What waits to be sent has become more, or less. */
  queue(change: number): void {
    this.#queued += change;
    this.#quota.queue(change);
  }

  /** Header lists of running calls have become more, or less. */
  list(change: number): void {
    this.#lists += change;
    this.#quota.list(change);
  }

  /**
   * Whether a call with a header list of so many octets may begin. It does not
   * wait: the list is there, and those of others stay as long as their calls.
   */
  admitsList(octets: number): boolean {
    return this.#lists + octets <= SHARE || this.#quota.admitsList(octets);
  }

  /** What is to come of reserved messages has changed. */
  awaits(change: number): void {
    this.#pending += change;
  }

  /** Octets came of a message that was reserved. */
  came(octets: number): void {
    this.#patience.came(octets);
    this.#quota.arrived += octets;
  }

  /** Data left: what waits to be sent becomes less, if slowly. */
  sent(): void {
    if (this.#queued > 0) this.#patience.renew();
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
    this.#line.add(call);
    this.#noteIdle(call.pinned);
    if (isAlone) this.#patience.renew();
    this.retry();
    if (call.pinned > 0) this.#quota.retry();
    if (!this.#line.has(call)) return true;
    if (isAlone) this.onDue?.();
    return false;
  }

  /** A call waits no longer. */
  leave(call: CallMemory): void {
    if (this.#line.size > 0 && this.#part(call)) this.retry();
  }

  /** What a call holds has changed. */
  change(call: CallMemory, octets: number, pinned: number): void {
    this.#pinned += pinned;
    this.#quota.pin(pinned);
    if (this.#line.size > 0 && this.#line.has(call)) this.#noteIdle(pinned);
    if (call.octets >= NOTABLE) this.#notable.add(call);
    else if (this.#notable.size > 0) this.#notable.delete(call);
    this.#add(octets);
    if (octets >= 0 && pinned >= 0) return;
    this.retry();
    if (pinned < 0) this.#quota.retry();
  }

  /** Something was given back: the first in line may have their turn. */
  retry(): void {
    if (!this.isWaiting) return;
    const waited = this.#quota.isInLine(this);
    for (const call of this.#line) {
      if (!this.#admits(call)) break;
      this.#part(call);
      this.#patience.renew();
      if (waited) this.#quota.granted++;
      call.grant();
    }
    this.#queueForTotal();
    if (this.#isShort && this.room > 0) this.onDue?.();
  }

  /** Where the windows of streams fit in, they are bound enough. */
  get #ownRoom(): number {
    const { connection } = this.#quota.limits;
    if (this.#windows <= connection) return Infinity;
    const pinned = Math.max(connection * LEAST_PINNED, this.#pinned);
    return connection + pinned - this.#use;
  }

  /** Octets that streams may send without being asked. */
  get #windows(): number {
    return this.#receiving * this.window + this.#grown;
  }

  /** Octets that may be pinned. */
  get #pool(): number {
    const { connection } = this.#quota.limits;
    return Math.max(connection * LEAST_PINNED, connection - this.#windows);
  }

  get #isStarving(): boolean {
    return this.#line.size > 0 || this.#isShort && this.#waiting > 0;
  }

  /** Whether only the total stops those who wait. */
  get #isForTotal(): boolean {
    for (const first of this.#line) return this.#hasPool(first);
    return this.#isShort && this.#use <= this.#quota.limits.connection;
  }

  get #hasProgress(): boolean {
    return this.#patience.hasProgress(this.#standing, this.#isForTotal);
  }

  get #standing(): Standing {
    const { used, pinned, arrived, granted } = this.#quota;
    return {
      use: this.#use,
      pinned: this.#pinned,
      allUse: used,
      allPinned: pinned,
      allArrived: arrived,
      granted,
    };
  }

  /**
   * Has the connection that holds most give back what stands still there.
   *
   * @returns Whether it does, or reserved messages go on, if slowly: then who
   * waits for the total gets time.
   */
  #askGreediest(): boolean {
    const greediest = this.#quota.greediest();
    if (greediest === undefined || greediest === this) return false;
    if (greediest.#giveBack(this)) return true;
    if (!this.#patience.hasArrivals(this.#standing)) return false;
    this.#patience.renew();
    return true;
  }

  #admits(call: CallMemory): boolean {
    const use = this.#use + call.lacks;
    if (call.lacks === 0) return !this.isCrowded;
    if (use <= SHARE) return true;
    if (!this.#hasPool(call)) return false;
    const isSmall = call.lacks <= SMALL && use <= SMALL_SHARE;
    return isSmall || this.#quota.admits(call, this);
  }

  #hasPool(call: CallMemory): boolean {
    const pool = this.#pool;
    return this.#pinned + call.lacks <= pool ||
      this.#pinned - this.idleBeside(call) <= pool * LENIENCE;
  }

  /**
   * Octets that are pinned and whose calls cannot go on before another does:
   * its own, and those of all in line. Were they to count, calls that hold
   * folded messages and wait to unfold them would wait for each other.
   */
  idleBeside(call: CallMemory): number {
    return this.#idle + (this.#line.has(call) ? 0 : call.pinned);
  }

  /** Octets that those in line have pinned. */
  get idle(): number {
    return this.#idle;
  }

  #noteIdle(change: number): void {
    this.#idle += change;
    this.#quota.noteIdle(change);
  }

  #part(call: CallMemory): boolean {
    if (!this.#line.delete(call)) return false;
    this.#noteIdle(-call.pinned);
    return true;
  }

  #queueForTotal(): void {
    if (this.#isForTotal) this.#quota.wait(this);
    else this.#quota.leave(this);
  }

  /**
   * Ends calls until something moves for who waits. Other connections give only
   * what stands still.
   */
  #giveBack(waiting: ConnectionMemory): boolean {
    const candidates = waiting === this
      ? [...new Set([...this.#notable, ...this.#line])]
      : [...this.#notable].filter(({ arrived }) => arrived < this.#step);
    for (const call of this.#notable) call.arrived = 0;
    candidates.reverse();
    candidates.sort((a, b) => b.loose - a.loose);
    const reason = waiting.#reason();
    for (const call of candidates) {
      if (call.loose === 0 && !this.#line.has(call)) continue;
      call.refuse(reason);
      if (!waiting.#isStarving || waiting.#hasProgress) return true;
    }
    return false;
  }

  #reason(): string {
    const { limits, used } = this.#quota;
    const [name, limit, use] = this.#isForTotal
      ? ["memoryQuota.total", limits.total, used]
      : ["memoryQuota.connection", limits.connection, this.#use];
    return `messages that were received or wait to be sent use up ${name} (${use} of ${limit} octets), and nothing was given back for ${
      milliseconds(limits.patience)
    }`;
  }

  #add(octets: number): void {
    const before = this.#use;
    this.#use = before + octets;
    if (before <= SHARE && this.#use <= SHARE) return;
    const shared = Math.max(0, this.#use - SHARE);
    const change = shared - this.#shared;
    this.#shared = shared;
    this.#quota.change(change, this);
    if (change < 0) this.#quota.retry();
  }
}
