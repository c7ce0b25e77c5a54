import { assert } from "../invariants/mod.ts";
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
  #base = 0;
  #unread = 0;
  #isPinned = false;
  #pending = 0;
  #inHand = 0;
  #kept = 0;
  #queued = 0;
  #reserved = 0;
  #octets = 0;
  #pinned = 0;
  #level = 0;
  #onVerdict: ((isGranted: boolean) => void) | undefined;
  #isWaiting = false;
  #isReceiving = false;
  #isClosed = false;
  /** Octets that came of what it had reserved, since somebody last looked. */
  arrived = 0;

  /** Made by `ConnectionMemory.open`. */
  constructor(connection: CallOwner, owner: Refusable) {
    this.#connection = connection;
    this.#owner = owner;
  }

  /** Octets that it holds. */
  get octets(): number {
    return this.#octets;
  }

  /** Those of them that were reserved, are in hand, or wait to be sent. */
  get pinned(): number {
    return this.#pinned;
  }

  /** Octets that it lacks for what it wants. */
  get lacks(): number {
    return Math.max(0, this.#level - this.#octets);
  }

  /** Octets that its end gives back at once, whatever its handler does. */
  get loose(): number {
    return this.#unread + this.#pending + (this.#isWaiting ? this.#kept : 0);
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
    if (octets === this.#base || this.#isClosed) return;
    this.#connection.list(octets - this.#base);
    this.#base = octets;
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
    if (octets === this.#inHand && this.#reserved === 0) return;
    this.#inHand = octets;
    this.#sum(0);
  }

  /**
   * The handler asks for the next message. Its loop keeps the last one until
   * that has come (V8 does, whatever the handler does with it).
   */
  goOn(): void {
    if (this.#inHand === 0 && this.#reserved === 0) return;
    this.#kept = Math.max(this.#kept, this.#inHand);
    this.#inHand = 0;
    this.#sum(0);
  }

  /** The handler has the next message, and the last one no more. */
  handOver(): void {
    if (this.#kept === 0) return;
    this.#kept = 0;
    this.#sum(this.#reserved);
  }

  /** Octets of messages that wait to be sent. */
  get queued(): number {
    return this.#queued;
  }

  set queued(octets: number) {
    if (octets === this.#queued || this.#isClosed) return;
    this.#connection.queue(octets - this.#queued);
    this.#queued = octets;
    this.#sum(this.#reserved);
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
    const isSame = octets === this.#unread && pending === this.#pending &&
      isPinned === this.#isPinned;
    if (isSame && !isPinned) return;
    if (pending < this.#pending) {
      this.arrived += this.#pending - pending;
      this.#connection.came(this.#pending - pending);
    }
    this.#unread = octets;
    if (pending !== this.#pending) {
      this.#connection.awaits(pending - this.#pending);
    }
    this.#pending = pending;
    this.#isPinned = isPinned;
    this.#sum(isPinned ? 0 : this.#reserved);
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
    if (more > 0 && more <= this.#kept) return true;
    this.#level = this.#octets + Math.max(0, more - this.#kept);
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
    this.#sum(this.#reserved + this.lacks);
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
    this.#reserved = reserved;
    const pinned = this.#inHand + this.#kept + this.#queued + reserved +
      this.#pending;
    const octets = this.#base + this.#unread + pinned;
    const change = octets - this.#octets;
    const pinnedUnread = this.#isPinned ? this.#unread : 0;
    const pinChange = pinned + pinnedUnread - this.#pinned;
    if (change === 0 && pinChange === 0) return;
    this.#octets = octets;
    this.#pinned += pinChange;
    assert(
      this.#pinned >= 0 && this.#pinned <= octets,
      "of what a call holds no more is pinned than there is",
      this.#pinned,
    );
    this.#connection.change(this, change, pinChange);
  }
}
