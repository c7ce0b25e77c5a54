import { assert } from "../invariants/mod.ts";
import type { CallMemory } from "./call_memory.ts";

/** The calls of one connection that wait for more, first come, first served. */
export class CallLine {
  readonly #calls = new Set<CallMemory>();
  #idle = 0;

  /** How many wait. */
  get size(): number {
    return this.#calls.size;
  }

  /** The call that waits longest. */
  get first(): CallMemory | undefined {
    return this.#calls.values().next().value;
  }

  /** Octets that those in line have pinned. */
  get idle(): number {
    return this.#idle;
  }

  /**
   * Octets that are pinned and whose calls cannot go on before another does:
   * its own, and those of all in line. Were they to count, calls that hold
   * compressed messages and wait to decompress them would wait for each other.
   */
  idleBeside(call: CallMemory): number {
    return this.#idle + (this.has(call) ? 0 : call.pinned);
  }

  /** Whether a call waits. */
  has(call: CallMemory): boolean {
    return this.#calls.has(call);
  }

  /** A call waits, behind all others. */
  join(call: CallMemory): void {
    assert(!this.has(call), "a call stands in line once");
    this.#calls.add(call);
    this.#idle += call.pinned;
  }

  /** A call waits no longer; answers whether it did. */
  leave(call: CallMemory): boolean {
    if (!this.#calls.delete(call)) return false;
    this.#idle -= call.pinned;
    this.#assertIdle();
    return true;
  }

  /** What a call in line has pinned has changed by so much. */
  repin(change: number): void {
    this.#idle += change;
    this.#assertIdle();
  }

  #assertIdle(): void {
    assert(
      this.#idle >= 0 && (this.#idle === 0 || this.size > 0),
      "octets are idle if their calls stand in line",
      this.#idle,
    );
  }

  /** Those that wait, longest first. */
  [Symbol.iterator](): Iterator<CallMemory> {
    return this.#calls.values();
  }
}

/** Nobody stands in it: most connections never have a line of their own. */
export const NO_LINE: CallLine = new CallLine();

/** The line that a call has joined: a new one, if there was none. */
export function joined(line: CallLine, call: CallMemory): CallLine {
  const joined = line === NO_LINE ? new CallLine() : line;
  joined.join(call);
  return joined;
}
