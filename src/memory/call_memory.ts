import { assert } from "../invariants/mod.ts";
import { type HeldOctets, NOTHING_HELD } from "./held_octets.ts";

/**
 * What a call is charged to: all that it asks and tells of its connection.
 *
 * @internal
 */
export interface CallOwner {
  /** Whether so much waits to be sent that no further handler should begin. */
  readonly isCrowded: boolean;
  /** The first window of a stream, in octets. */
  readonly window: number;
  /** Header lists of running calls have become more, or fewer. */
  list(change: number): void;
  /** Calls whose peer may send data have become more, or fewer. */
  receiving(change: number): void;
  /** Calls that wait for a message have become more, or fewer. */
  waiting(change: number): void;
  /** What waits to be sent has become more, or less. */
  queue(change: number): void;
  /** What is to come of reserved messages has changed. */
  awaits(change: number): void;
  /** Octets came of a message that was reserved. */
  came(octets: number): void;
  /** Whether a call gets what it wants; if not, it waits in line. */
  want(call: CallMemory): boolean;
  /** A call waits no longer. */
  leave(call: CallMemory): void;
  /** What a call holds has changed. */
  change(call: CallMemory, octets: number, pinned: number): void;
}

/**
 * Whose call is charged: it ends the call if there is no room.
 *
 * @internal
 */
export interface Refusable {
  /** The call has to end, so that others can go on. */
  refused(reason: string): void;
}

/**
 * What one call holds.
 *
 * ```txt
 *            want(), no room              granted
 *   settled ----------------> wanting ----------------> reserved
 *      ^  \                      |                      ^   |
 *      |   \---- want(), room ---+----------------------/   |
 *      +------- inHand, unread or settle() say how much ----+
 *
 *   close(), from everywhere: nothing is held, and nothing is counted any more.
 *   A call that wants is dropped by its owner when it is refused.
 * ```
 */
export class CallMemory {
  readonly #connection: CallOwner;
  readonly #owner: Refusable;
  /** Its own as soon as something is counted. */
  #held: Readonly<HeldOctets> = NOTHING_HELD;
  #onVerdict: ((isGranted: boolean) => void) | undefined;
  #isWaiting = false;
  #isReceiving = false;
  #isClosed = false;

  /** Made by `ConnectionMemory.open`. */
  constructor(connection: CallOwner, owner: Refusable) {
    this.#connection = connection;
    this.#owner = owner;
  }

  /** What it holds, to be changed. */
  get #own(): HeldOctets {
    if (this.#held === NOTHING_HELD) this.#held = { ...NOTHING_HELD };
    return this.#held;
  }

  /** Octets that came of what it had reserved, since somebody last looked. */
  get arrived(): number {
    return this.#held.arrived;
  }

  set arrived(octets: number) {
    if (octets !== this.#held.arrived) this.#own.arrived = octets;
  }

  /** Octets that it holds. */
  get octets(): number {
    return this.#held.octets;
  }

  /** Those of them that were reserved, are in hand, or wait to be sent. */
  get pinned(): number {
    return this.#held.pinned;
  }

  /** Octets that it lacks for what it wants. */
  get lacks(): number {
    return Math.max(0, this.#held.level - this.#held.octets);
  }

  /** Octets that its end gives back at once, whatever its handler does. */
  get loose(): number {
    return this.#held.unread + this.#held.pending +
      (this.#isWaiting ? this.#held.kept : 0);
  }

  /** Whether so much is held that no further handler should begin. */
  get isCrowded(): boolean {
    return this.#connection.isCrowded;
  }

  /** What all calls of its connection have in common, to tell them from others. */
  get connection(): object {
    return this.#connection;
  }

  /** Octets that come without being asked for. */
  get window(): number {
    return this.#connection.window;
  }

  /** Octets of the header list. */
  set base(octets: number) {
    if (octets === this.#held.base || this.#isClosed) return;
    this.#connection.list(octets - this.#held.base);
    this.#own.base = octets;
    this.#sum(0);
  }

  /** Whether the peer may send more data on the stream. */
  set isReceiving(isReceiving: boolean) {
    if (this.#isReceiving === isReceiving || this.#isClosed) return;
    this.#isReceiving = isReceiving;
    this.#connection.receiving(isReceiving ? 1 : -1);
  }

  /** Whether somebody waits for a message. */
  set isWaiting(isWaiting: boolean) {
    if (this.#isWaiting === isWaiting || this.#isClosed) return;
    this.#isWaiting = isWaiting;
    this.#connection.waiting(isWaiting ? 1 : -1);
  }

  /** Octets of messages that a handler has, and of those being decompressed. */
  set inHand(octets: number) {
    if (octets === this.#held.inHand && this.#held.reserved === 0) return;
    this.#own.inHand = octets;
    this.#sum(0);
  }

  /**
   * The handler asks for the next message. Its loop keeps the last one until
   * that has come (V8 does, whatever the handler does with it).
   */
  goOn(): void {
    if (this.#held.inHand === 0 && this.#held.reserved === 0) return;
    this.#own.kept = Math.max(this.#held.kept, this.#held.inHand);
    this.#own.inHand = 0;
    this.#sum(0);
  }

  /** The handler has the next message, and the last one no more. */
  handOver(): void {
    if (this.#held.kept === 0) return;
    this.#own.kept = 0;
    this.#sum(this.#held.reserved);
  }

  /** Octets of messages that wait to be sent. */
  get queued(): number {
    return this.#held.queued;
  }

  set queued(octets: number) {
    if (octets === this.#held.queued || this.#isClosed) return;
    this.#connection.queue(octets - this.#held.queued);
    this.#own.queued = octets;
    this.#sum(this.#held.reserved);
  }

  /**
   * What has come and was not taken.
   *
   * @param octets What it takes.
   * @param pending Octets that are to come of a message that was reserved.
   * @param isPinned Whether it is of such a message.
   */
  unread(octets: number, pending: number, isPinned: boolean): void {
    if (this.#isClosed) return;
    const isSame = octets === this.#held.unread &&
      pending === this.#held.pending &&
      isPinned === this.#held.isPinned;
    if (isSame && !isPinned) return;
    if (pending < this.#held.pending) {
      this.arrived += this.#held.pending - pending;
      this.#connection.came(this.#held.pending - pending);
    }
    this.#own.unread = octets;
    if (pending !== this.#held.pending) {
      this.#connection.awaits(pending - this.#held.pending);
    }
    this.#own.pending = pending;
    this.#own.isPinned = isPinned;
    this.#sum(isPinned ? 0 : this.#held.reserved);
  }

  /**
   * Asks for more than it holds; what is kept makes room for what follows it.
   * One that is closed has what it wants.
   *
   * @param more Octets in addition; 0 to begin a handler.
   * @param onVerdict Is called when it has them, if not at once, or when it
   * ends before.
   * @returns Whether it has them.
   */
  want(more: number, onVerdict: (isGranted: boolean) => void): boolean {
    if (this.#isClosed) return true;
    if (more > 0 && more <= this.#held.kept) return true;
    this.#own.level = this.#held.octets + Math.max(0, more - this.#held.kept);
    if (this.#connection.want(this)) return true;
    this.#onVerdict = onVerdict;
    return false;
  }

  /** It wants nothing any more. */
  leave(): void {
    this.#onVerdict = undefined;
    this.#connection.leave(this);
  }

  /** It has its turn. */
  grant(): void {
    this.#sum(this.#held.reserved + this.lacks);
    const onVerdict = this.#onVerdict;
    this.#onVerdict = undefined;
    onVerdict?.(true);
  }

  /** What was reserved and is nothing else by now is not needed. */
  settle(): void {
    this.#sum(0);
  }

  /** Asks the owner to end the call, so that others can go on. */
  refuse(reason: string): void {
    this.#owner.refused(reason);
  }

  /** It receives and waits no longer; what was not taken is gone. */
  drop(): void {
    const onVerdict = this.#onVerdict;
    this.leave();
    this.isWaiting = false;
    this.isReceiving = false;
    this.unread(0, 0, false);
    this.handOver();
    onVerdict?.(false);
  }

  /**
   * It holds nothing any more, whatever is said of it later: what it has left
   * to be read is its owner's business. If it wants something, it goes on.
   */
  close(): void {
    const onVerdict = this.#onVerdict;
    this.leave();
    this.queued = this.base = 0;
    this.inHand = 0;
    this.drop();
    this.#isClosed = true;
    onVerdict?.(true);
  }

  #sum(reserved: number): void {
    if (this.#isClosed) return;
    this.#own.reserved = reserved;
    const pinned = this.#held.inHand + this.#held.kept + this.#held.queued +
      reserved +
      this.#held.pending;
    const octets = this.#held.base + this.#held.unread + pinned;
    const change = octets - this.#held.octets;
    const pinnedUnread = this.#held.isPinned ? this.#held.unread : 0;
    const pinChange = pinned + pinnedUnread - this.#held.pinned;
    if (change === 0 && pinChange === 0) return;
    this.#own.octets = octets;
    this.#own.pinned += pinChange;
    assert(
      this.#held.pinned >= 0 && this.#held.pinned <= octets,
      "of what a call holds no more is pinned than there is",
      this.#held.pinned,
    );
    this.#connection.change(this, change, pinChange);
  }
}
