import { type Clock, Timer } from "../runtime/mod.ts";

/**
 * Turns of the event loop, of a millisecond at least, after which a write that
 * is still pending waits for room: one that finds room is done within one.
 */
const TURNS = 2;

/**
 * Notices that the kernel takes octets again after its send buffer was full.
 * There is room again only because the host of the peer has acknowledged some:
 * it is alive, although a PING may wait behind what is left.
 *
 * A short count is no such sign: a TLS socket never takes more than 64 KiB.
 * Nor is a write that finds room: a network that lost its peer takes some
 * megabytes. Where the last octets of a message fit into the buffer, nothing
 * more is written, and there is no sign.
 */
export class WriteStall {
  readonly #timer: Timer;
  #turns = 0;
  #isWatching = false;

  /** Watches nothing yet. */
  constructor(clock: Clock) {
    this.#timer = new Timer(clock);
  }

  /** Looks at the write that is pending, or about to begin. */
  watch(): void {
    if (this.#isWatching || this.#turns === TURNS) return;
    this.#isWatching = true;
    this.#timer.plan(1, () => this.#onTurn());
  }

  /** The write has ended; answers whether it was seen to wait for room. */
  end(): boolean {
    if (!this.#isWatching && this.#turns === 0) return false;
    this.#timer.cancel();
    this.#isWatching = false;
    const hasWaited = this.#turns === TURNS;
    this.#turns = 0;
    return hasWaited;
  }

  #onTurn(): void {
    this.#isWatching = false;
    this.#turns++;
    this.watch();
  }
}
