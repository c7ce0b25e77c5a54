import { assert } from "../../invariants/mod.ts";
/** Octets of requests that a call keeps for further attempts, as in grpc-go. */
export const MAX_KEPT_OCTETS = 262_144;

/** The same in requests, as an empty one takes memory, too. */
export const MAX_KEPT_REQUESTS = 4_096;

/**
 * The requests of a call in order, kept from the first on until no further
 * attempt can need them, or they are too many.
 */
export class RequestLog {
  readonly #next: () => Promise<Uint8Array | undefined>;
  readonly #kept: Uint8Array[] = [];
  #first = 0;
  #keptOctets = 0;
  #pulling: Promise<void> | undefined;
  #isOver = false;
  #committed = false;

  /**
   * Starts with nothing taken.
   *
   * @param next Makes the next request, `undefined` after the last. What it
   * makes may be kept.
   */
  constructor(next: () => Promise<Uint8Array | undefined>) {
    this.#next = next;
  }

  /** Whether the call can have no further attempt. */
  get committed(): boolean {
    return this.#committed;
  }

  /**
   * Whether the requests from a place on can be taken from their source: no
   * further attempt can need them, and nobody is about to take one.
   */
  isPast(index: number): boolean {
    return this.#committed && this.#pulling === undefined &&
      index - this.#first >= this.#kept.length;
  }

  /** No further attempt will be made. */
  commit(): void {
    this.#committed = true;
  }

  /**
   * A request by its place; `undefined` after the last. Once committed, those
   * before it are forgotten.
   */
  async at(index: number): Promise<Uint8Array | undefined> {
    if (this.#committed && index > this.#first) this.#forget(index);
    while (!this.#isOver && index - this.#first >= this.#kept.length) {
      this.#pulling ??= this.#pull();
      await this.#pulling;
    }
    return this.#kept[index - this.#first];
  }

  #forget(index: number): void {
    const count = Math.min(index - this.#first, this.#kept.length);
    this.#kept.splice(0, count);
    this.#first += count;
    assert(
      this.#committed && this.#first <= index,
      "requests are forgotten that no attempt needs",
      this.#first,
    );
  }

  async #pull(): Promise<void> {
    try {
      const payload = await this.#next();
      if (payload === undefined) {
        this.#isOver = true;
        return;
      }
      this.#kept.push(payload);
      this.#keptOctets += payload.length;
      const isTooMuch = this.#keptOctets > MAX_KEPT_OCTETS ||
        this.#kept.length > MAX_KEPT_REQUESTS;
      if (isTooMuch) this.commit();
    } finally {
      this.#pulling = undefined;
    }
  }
}
