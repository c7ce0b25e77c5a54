import { StreamMap } from "../../collections/mod.ts";

/** The last identifiers that were added, up to a bound. */
export class RecentIds {
  readonly #most: number;
  readonly #known: StreamMap<true>;
  /** In the order in which they were added; those that follow replace them. */
  readonly #ring: number[] = [];
  #next = 0;

  /**
   * Starts without any.
   *
   * @param most How many are known at once.
   * @param random A number from 0 to 1 that the peer does not know.
   */
  constructor(most: number, random?: number) {
    this.#most = most;
    this.#known = new StreamMap(random);
  }

  /** Whether an identifier is one of them. */
  has(id: number): boolean {
    return this.#known.get(id) === true;
  }

  /** Adds one; the oldest makes room for it. */
  add(id: number): void {
    if (this.has(id)) return;
    if (this.#ring.length === this.#most) {
      this.#known.delete(this.#ring[this.#next]);
    }
    this.#ring[this.#next] = id;
    this.#next = (this.#next + 1) % this.#most;
    this.#known.set(id, true);
  }

  /** Forgets one. */
  delete(id: number): void {
    this.#known.delete(id);
  }
}
