import type { CallContext } from "../grpc/mod.ts";

/** The handlers that run, for who waits until none does. */
export class RunningHandlers {
  readonly #since = new Map<CallContext, number>();
  #idle: PromiseWithResolvers<void> | undefined;

  /**
   * A handler begins.
   *
   * @param transport Its connection: what was last read there is its request.
   */
  enter(call: CallContext, transport: { readonly lastReadAt: number }): void {
    this.#since.set(call, transport.lastReadAt);
  }

  /** A handler is done. */
  leave(call: CallContext): void {
    this.#since.delete(call);
    if (this.#since.size > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  /** Resolves when no handler runs. */
  allDone(): Promise<void> {
    if (this.#since.size === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }

  /**
   * The calls whose handlers run, and for how many milliseconds they have.
   *
   * @param now The time, on the clock of the connections.
   */
  *running(now: number): Generator<[call: CallContext, milliseconds: number]> {
    for (const [call, since] of this.#since) yield [call, now - since];
  }
}
