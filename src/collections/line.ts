import { assert, isThoroughFor } from "../invariants/mod.ts";
/** What stands in a {@linkcode Line}, in one at a time. */
export interface InLine<T> {
  /** The line in which it stands. */
  line: object | undefined;
  /** Its neighbour towards the front. */
  ahead: T | undefined;
  /** Its neighbour towards the back. */
  behind: T | undefined;
}

/**
 * A queue that anybody may leave, from wherever he stands: each step costs the
 * same, however many wait. The order is kept in the items themselves.
 *
 * An array moves all others when one leaves, and a `Set` goes through the
 * places of all that have left before it finds its first.
 */
export class Line<T extends InLine<T>> {
  #front: T | undefined;
  #back: T | undefined;

  /** Whether nobody waits. */
  get isEmpty(): boolean {
    return this.#front === undefined;
  }

  /** The item that waits longest. */
  get first(): T | undefined {
    return this.#front;
  }

  /** Puts an item at the end, unless it stands in a line already. */
  join(item: T): void {
    if (item.line !== undefined) return;
    if (isThoroughFor(1)) assertAlone(item);
    item.line = this;
    item.ahead = this.#back;
    if (this.#back === undefined) this.#front = item;
    else this.#back.behind = item;
    this.#back = item;
  }

  /** An item leaves; one that does not stand here stays where it is. */
  leave(item: T): void {
    if (item.line !== this) return;
    const { ahead, behind } = item;
    if (isThoroughFor(1)) this.#assertNeighbours(item);
    if (ahead === undefined) this.#front = behind;
    else ahead.behind = behind;
    if (behind === undefined) this.#back = ahead;
    else behind.ahead = ahead;
    item.line = undefined;
    item.ahead = undefined;
    item.behind = undefined;
  }

  /** Takes the item that waits longest. */
  shift(): T | undefined {
    const item = this.#front;
    if (item !== undefined) this.leave(item);
    return item;
  }

  #assertNeighbours(item: T): void {
    const { ahead, behind } = item;
    assert(
      item === (ahead === undefined ? this.#front : ahead.behind) &&
        item === (behind === undefined ? this.#back : behind.ahead),
      "neighbours in a line know each other",
    );
  }
}

function assertAlone<T>({ ahead, behind }: InLine<T>): void {
  assert(
    ahead === undefined && behind === undefined,
    "who stands in no line has no neighbours",
  );
}
