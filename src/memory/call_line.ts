import { assert } from "../invariants/mod.ts";
import type { CallMemory } from "./call_memory.ts";

const NONE: ReadonlySet<CallMemory> = new Set();

/** The calls of one connection that wait for more, first come, first served. */
export class CallLine {
  /** Made when the first call waits: on most connections none ever does. */
  #calls: Set<CallMemory> | undefined;
  #idle = 0;

  /** How many wait. */
  get size(): number {
    return this.#calls?.size ?? 0;
  }

  /** The call that waits longest. */
  get first(): CallMemory | undefined {
    return this.#calls?.values().next().value;
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
    return this.#calls?.has(call) ?? false;
  }

  /** A call waits, behind all others. */
  join(call: CallMemory): void {
    assert(!this.has(call), "a call stands in line once");
    this.#calls ??= new Set();
    this.#calls.add(call);
    this.#idle += call.pinned;
  }

  /** A call waits no longer; answers whether it did. */
  leave(call: CallMemory): boolean {
    if (!this.#calls?.delete(call)) return false;
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
    return (this.#calls ?? NONE).values();
  }
}
