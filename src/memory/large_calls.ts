import type { CallMemory } from "./call_memory.ts";
import { NOTABLE } from "./limits.ts";

/** The calls of one connection that hold much: those that have to give back. */
export class LargeCalls {
  readonly #calls = new Set<CallMemory>();

  /** What a call holds has changed. */
  note(call: CallMemory): void {
    if (call.octets >= NOTABLE) this.#calls.add(call);
    else if (this.#calls.size > 0) this.#calls.delete(call);
  }

  /** These calls and those in line: who frees most first, of equals the youngest. */
  withThose(line: Iterable<CallMemory>): CallMemory[] {
    return this.#sort([...new Set([...this.#calls, ...line])]);
  }

  /** Those of which less than `step` octets came since the last look. */
  atAStandstill(step: number): CallMemory[] {
    return this.#sort([...this.#calls].filter((call) => call.arrived < step));
  }

  #sort(calls: CallMemory[]): CallMemory[] {
    for (const call of this.#calls) call.arrived = 0;
    return calls.reverse().sort((a, b) => b.loose - a.loose);
  }
}
