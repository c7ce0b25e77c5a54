import { KeptRequests } from "./kept_requests.ts";

/** Octets of requests that a call keeps for further attempts, as in grpc-go. */
export const MAX_KEPT_OCTETS = 262_144;

/** The same in requests, as an empty one takes memory, too. */
export const MAX_KEPT_REQUESTS = 4_096;

/** A request, or `undefined` after the last. */
type Entry = Uint8Array | undefined;

/**
 * The requests of a call in order, kept from the first on until no further
 * attempt can need them, or they are too many.
 */
export class RequestLog {
  readonly #next: () => Entry | Promise<Entry>;
  readonly #kept: KeptRequests;
  #keptOctets = 0;
  #pulling: Promise<void> | undefined;
  #isOver = false;
  #committed = false;

  /**
   * Starts with nothing taken.
   *
   * @param next Makes the next request, `undefined` after the last. One that is
   * longer than `SHORT_LENGTH` is kept itself, and must not change any more.
   * @param keepsObjects Whether this holds for those of any length.
   */
  constructor(next: () => Entry | Promise<Entry>, keepsObjects = false) {
    this.#next = next;
    this.#kept = new KeptRequests(keepsObjects);
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
      index >= this.#kept.end;
  }

  /** No further attempt will be made. */
  commit(): void {
    this.#committed = true;
  }

  /**
   * A request by its place; `undefined` after the last. What is at hand is
   * answered at once. Once committed, those before it are forgotten.
   */
  at(index: number): Entry | Promise<Entry> {
    if (this.#committed) this.#kept.forget(index);
    for (;;) {
      const isThere = index < this.#kept.end;
      if (isThere || this.#isOver) return this.#kept.at(index);
      if (this.#pulling !== undefined) return this.#later(index);
      const entry = this.#next();
      if (entry instanceof Promise) this.#pulling = this.#pull(entry);
      else this.#keep(entry);
    }
  }

  async #later(index: number): Promise<Entry> {
    await this.#pulling;
    return this.at(index);
  }

  async #pull(entry: Promise<Entry>): Promise<void> {
    try {
      this.#keep(await entry);
    } finally {
      this.#pulling = undefined;
    }
  }

  #keep(payload: Entry): void {
    if (payload === undefined) {
      this.#isOver = true;
      return;
    }
    this.#kept.add(payload);
    this.#keptOctets += payload.length;
    const isTooMuch = this.#keptOctets > MAX_KEPT_OCTETS ||
      this.#kept.end > MAX_KEPT_REQUESTS;
    if (isTooMuch) this.commit();
  }
}
