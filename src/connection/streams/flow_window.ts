import { assert } from "../../invariants/mod.ts";
import { MAX_UINT31 } from "../../frames/mod.ts";

/**
 * How much this end may still send
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.9.1 | RFC 9113 section 6.9.1}).
 */
export class SendWindow {
  #available: number;

  constructor(size: number) {
    this.#available = size;
  }

  /** Begins anew. */
  begin(size: number): void {
    this.#available = size;
  }

  /** Octets that may be sent; negative after the peer lowered its window. */
  get available(): number {
    return this.#available;
  }

  /** DATA was sent. */
  take(octets: number): void {
    assert(
      octets === 0 || octets <= this.#available,
      "DATA keeps to the window of the peer",
      octets,
    );
    this.#available -= octets;
  }

  /**
   * The peer allows more, or after a change of its settings less.
   *
   * @returns Whether the window stays within 2^31-1; if not, nothing changes.
   */
  add(octets: number): boolean {
    if (this.#available + octets > MAX_UINT31) return false;
    this.#available += octets;
    assert(
      this.#available >= -MAX_UINT31,
      "a window is no lower than -(2^31-1)",
      this.#available,
    );
    return true;
  }
}

/** How much the peer may still send, and what it is to be told. */
export class ReceiveWindow {
  #size: number;
  #available: number;
  #consumed = 0;
  #isRenewed = false;
  #backlog = 0;
  #backlogTime: number | undefined;

  constructor(size: number) {
    this.#size = size;
    this.#available = size;
  }

  /** Begins anew. */
  begin(size: number): void {
    this.#size = this.#available = size;
    this.#consumed = this.#backlog = 0;
    this.#isRenewed = false;
    this.#backlogTime = undefined;
  }

  /** The size that is offered while nothing is unread. */
  get size(): number {
    return this.#size;
  }

  /** Octets that the peer may send. */
  get available(): number {
    return this.#available;
  }

  /** Octets that arrived and were not handed over yet. */
  get unread(): number {
    return this.#size - this.#available - this.#consumed;
  }

  /** Whether its peer was ever told that it may send more. */
  get isRenewed(): boolean {
    return this.#isRenewed;
  }

  /** Octets that have been unread since before this time. */
  backlogAt(now: number): number {
    if (this.#backlogTime === undefined || now > this.#backlogTime) {
      this.#backlogTime = now;
      this.#backlog = this.unread;
    }
    return Math.min(this.#backlog, this.unread);
  }

  /** Offers a larger window from now on; the peer must be told. */
  grow(size: number): void {
    this.#available += size - this.#size;
    this.#size = size;
    assert(
      size >= 0 && size <= MAX_UINT31 && this.#available <= size,
      "a window of this end is at most its size, and that at most 2^31-1",
      size,
    );
  }

  /**
   * DATA arrived.
   *
   * @returns Whether the peer kept to the window.
   */
  receive(octets: number): boolean {
    this.#available -= octets;
    return this.#available >= 0;
  }

  /**
   * Data was handed over for good.
   *
   * @returns The increment to send: 0 until half of the window is used, so
   * that small messages cost no WINDOW_UPDATE each.
   */
  consume(octets: number): number {
    assert(
      octets <= this.unread,
      "what is available, unread and consumed is the size of a window",
      octets,
    );
    this.#consumed += octets;
    if (this.#consumed * 2 < this.#size) return 0;
    this.#isRenewed = true;
    const increment = this.#consumed;
    this.#consumed = 0;
    this.#available += increment;
    return increment;
  }
}
