import type { RequestHead } from "./request_head.ts";

/** Heads that are remembered of a connection: a client may call by turns. */
const MOST = 4;

/**
 * Header lists from this size on are not remembered: for them there must be room
 * in the memory quota, which is looked at with each call.
 */
const TOO_LONG = 1_024;

/**
 * The heads of requests of one connection that were read and can be served. One
 * that says the same as an earlier one comes as the same list: it is read once.
 */
export class UsualHeads {
  readonly #heads: RequestHead[] = [];
  #noted = 0;

  /** What a list says, if that is known. */
  find(fields: RequestHead["fields"]): RequestHead | undefined {
    const heads = this.#heads;
    for (let at = 0; at < heads.length; at++) {
      if (heads[at].fields === fields) return heads[at];
    }
    return undefined;
  }

  /** Remembers a head in place of the oldest; not that of an only call. */
  note(head: RequestHead): void {
    if (head.octets >= TOO_LONG || this.#noted++ === 0) return;
    this.#heads[(this.#noted - 2) % MOST] = head;
  }
}
