import type { CallMemory } from "./call_memory.ts";
import { NOTABLE } from "./limits.ts";

/** The calls of one connection that hold much: those that have to give back. */
export class LargeCalls {
  readonly #calls = new Set<CallMemory>();

  /** What a call holds has changed. */
  note(call: CallMemory): void {
    if (call.octets < NOTABLE) this.#calls.delete(call);
    else this.#calls.add(call);
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

/** None is one of these: most connections never have any. */
export const NO_LARGE_CALLS: LargeCalls = new LargeCalls();

/** The large calls when what one holds has changed. */
export function withCall(calls: LargeCalls, call: CallMemory): LargeCalls {
  if (calls === NO_LARGE_CALLS && call.octets < NOTABLE) return calls;
  const noted = calls === NO_LARGE_CALLS ? new LargeCalls() : calls;
  noted.note(call);
  return noted;
}
