import { assert } from "../../invariants/mod.ts";
import type { ConnectionMemory } from "../../memory/mod.ts";
import { DEFAULT_WINDOW_SIZE } from "../peer_settings.ts";

/**
 * The smallest increment that is worth a WINDOW_UPDATE while there is no room
 * for all: a peer that is let in drop by drop sends drops (RFC 1122 section
 * 4.2.3.3, "silly window syndrome").
 */
const LEAST_INCREMENT = 8_192;

/** Octets that let a peer send a frame of the usual size: with less it waits. */
const SCARCE = 16_384;

/**
 * How much the peer may still send on the connection. What arrives is given
 * back at once, whoever takes it, as far as the memory quota has room: streams
 * that nobody reads do not stop the others.
 */
export class ConnectionWindow {
  readonly #memory: ConnectionMemory;
  #size = DEFAULT_WINDOW_SIZE;
  #available = DEFAULT_WINDOW_SIZE;

  /** Starts with the window of RFC 9113. */
  constructor(memory: ConnectionMemory) {
    this.#memory = memory;
    memory.credited(DEFAULT_WINDOW_SIZE);
  }

  /** The size that is offered while there is room. */
  get size(): number {
    return this.#size;
  }

  /** Octets that the peer may send. */
  get available(): number {
    return this.#available;
  }

  /**
   * DATA arrived.
   *
   * @returns Whether the peer kept to the window.
   */
  receive(octets: number): boolean {
    this.#available -= octets;
    this.#memory.arrived(octets);
    return this.#available >= 0;
  }

  /** Offers a larger window from now on; answers with the increment for it. */
  grow(size: number): number {
    const increment = Math.min(size - this.#size, this.#allowed);
    this.#size = size;
    return this.#give(increment);
  }

  /**
   * The increment to send now: 0 until half of the window is used, or while
   * there is no room.
   *
   * @param isDue Whether it is due in any case, however little is used.
   */
  renew(isDue: boolean = false): number {
    const owed = this.#size - this.#available;
    if (!isDue && 2 * owed < this.#size) {
      this.#memory.setShort(false);
      return 0;
    }
    const allowed = Math.min(owed, this.#allowed);
    const increment = allowed === owed || allowed >= LEAST_INCREMENT
      ? allowed
      : 0;
    this.#give(increment);
    this.#memory.setShort(increment < owed && this.#available < SCARCE);
    return increment;
  }

  #give(increment: number): number {
    this.#available += increment;
    assert(
      increment >= 0 && this.#available <= this.#size,
      "no more is offered than the size of the window",
      increment,
    );
    if (increment > 0) this.#memory.credited(increment);
    return increment;
  }

  /**
   * The first window takes all the room there is, a larger one a quarter of it:
   * what was promised cannot be taken back, and others come.
   */
  get #allowed(): number {
    const { room } = this.#memory;
    const first = DEFAULT_WINDOW_SIZE - this.#available;
    return Math.floor(Math.max(Math.min(room, first), room / 4, 0));
  }
}
