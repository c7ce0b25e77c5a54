import type { CallMemory } from "./call_memory.ts";
import { NOTABLE } from "./limits.ts";

const NONE: ReadonlySet<CallMemory> = new Set();

/** The calls of one connection that hold much: those that have to give back. */
export class LargeCalls {
  /** Made when the first call is one. */
  #calls: Set<CallMemory> | undefined;

  /** What a call holds has changed. */
  note(call: CallMemory): void {
    if (call.octets < NOTABLE) this.#calls?.delete(call);
    else (this.#calls ??= new Set()).add(call);
  }

  /** These calls and those in line: who frees most first, of equals the youngest. */
  withThose(line: Iterable<CallMemory>): CallMemory[] {
    return this.#sort([...new Set([...this.#all, ...line])]);
  }

  /** Those of which less than `step` octets came since the last look. */
  atAStandstill(step: number): CallMemory[] {
    return this.#sort([...this.#all].filter((call) => call.arrived < step));
  }

  get #all(): ReadonlySet<CallMemory> {
    return this.#calls ?? NONE;
  }

  #sort(calls: CallMemory[]): CallMemory[] {
    for (const call of this.#all) call.arrived = 0;
    return calls.reverse().sort((a, b) => b.loose - a.loose);
  }
}
