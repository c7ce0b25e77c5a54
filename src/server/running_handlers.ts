/** Counts the handlers that run, for who waits until none does. */
export class RunningHandlers {
  #count = 0;
  #idle: PromiseWithResolvers<void> | undefined;
  readonly #leave = (): void => {
    if (--this.#count > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  };

  /** Counts a handler until it is done. */
  add(handler: Promise<void>): void {
    this.#count++;
    handler.finally(this.#leave);
  }

  /** Resolves when no handler runs. */
  allDone(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }
}
