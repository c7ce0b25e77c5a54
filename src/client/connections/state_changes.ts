import type { ConnectivityState } from "../../grpc/mod.ts";

/** A change of the state of a channel. */
export interface ConnectivityChange {
  /** The state from now on. */
  readonly state: ConnectivityState;
  /** What led to it, for people. */
  readonly reason: string;
}

/** Changes that a reader may be behind before the oldest are left out. */
const MAX_BEHIND = 1_000;

/** Changes of a state, for one who takes them one after the other. */
export class StateChanges {
  readonly #waiting: ConnectivityChange[] = [];
  /** There while the next one is waited for. */
  #wake: (() => void) | undefined;
  #isStopped = false;

  /** There is another one. */
  add(change: ConnectivityChange): void {
    if (this.#waiting.push(change) > MAX_BEHIND) this.#waiting.shift();
    this.#wake?.();
  }

  /** Nobody wants them any more: who waits waits no longer. */
  stop(): void {
    this.#isStopped = true;
    this.#wake?.();
  }

  /** The next one; `undefined` if nobody wants it any more. */
  async next(): Promise<ConnectivityChange | undefined> {
    while (this.#waiting.length === 0 && !this.#isStopped) {
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = undefined;
    }
    return this.#isStopped ? undefined : this.#waiting.shift();
  }
}
