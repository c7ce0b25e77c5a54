import { systemClock } from "./system_clock.ts";
import { pause } from "./time_limit.ts";

/**
 * Octets of memory outside of the heap, newly taken, that make V8 look for
 * garbage (`kExternalAllocationSoftLimit`).
 */
const ALARM_LENGTH = 67_108_864;

/** Octets that may wait for the collector before more are made. */
const MOST_WAITING = 33_554_432;

/** Octets from which on an array is watched. */
const NOTABLE = 65_536;

/** Waits of a millisecond for the collector, until it is taken to be in vain. */
const MOST_PAUSES = 100;

/**
 * Makes the garbage collector run soon. It would not run in a process that has
 * become quiet, and hundreds of mebibytes of messages that nobody has any more
 * would stay. The array that is made for it is never touched, and so takes no
 * memory.
 */
export function collectGarbage(): void {
  try {
    new ArrayBuffer(ALARM_LENGTH);
  } catch {
    // Where no address space is left, the collector has run just now.
  }
}

/**
 * Large arrays that are made one after the other and soon dropped: without
 * breaks, they come faster than the collector takes them back.
 */
export class ShortLived {
  #waiting = 0;
  #accepted = 0;
  #pausing: Promise<void> | undefined;
  readonly #registry = new FinalizationRegistry<number>((octets) => {
    this.#waiting -= octets;
    this.#accepted = Math.min(this.#accepted, this.#waiting);
  });

  /** Watches an array that was made. */
  add(octets: Uint8Array): void {
    if (octets.length < NOTABLE) return;
    this.#waiting += octets.length;
    this.#registry.register(octets, octets.length);
  }

  /** Whether `settle` should be awaited before the next array is made. */
  get isTooMuch(): boolean {
    return this.#waiting - this.#accepted > MOST_WAITING;
  }

  /** Waits for the collector; what it leaves for long is in use. */
  settle(): Promise<void> {
    return this.#pausing ??= this.#settle();
  }

  async #settle(): Promise<void> {
    collectGarbage();
    for (let i = 0; i < MOST_PAUSES && this.isTooMuch; i++) {
      await pause(systemClock, 1);
    }
    if (this.isTooMuch) this.#accepted = this.#waiting;
    this.#pausing = undefined;
  }
}
