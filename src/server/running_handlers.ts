import type { CallContext } from "../grpc/mod.ts";

/** The handlers that run, for who waits until none does. */
export class RunningHandlers {
  readonly #since = new Map<CallContext, number>();
  #idle: PromiseWithResolvers<void> | undefined;

  /** Counts a handler until it is done. */
  add(handler: Promise<void>, call: CallContext): void {
    this.#since.set(call, performance.now());
    handler.finally(() => this.#leave(call));
  }

  /** Resolves when no handler runs. */
  allDone(): Promise<void> {
    if (this.#since.size === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }

  /** The calls whose handlers run, and for how many milliseconds they have. */
  *running(): Generator<[call: CallContext, milliseconds: number]> {
    const now = performance.now();
    for (const [call, since] of this.#since) yield [call, now - since];
  }

  #leave(call: CallContext): void {
    this.#since.delete(call);
    if (this.#since.size > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}
