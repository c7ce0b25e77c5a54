import { LostLinkError } from "./lost_link_error.ts";

/**
 * Lets PINGs of all connections of a rule out one at a time, each when what the
 * one before it came to is known, and none after a connection was closed for
 * one: so no more than one is, however many are made ready at the same time.
 */
export class PingGate {
  #last: Promise<void> = Promise.resolve();
  #isShut = false;

  /**
   * Waits for the PING before. The next one waits until this is disposed of.
   *
   * @throws {LostLinkError} If a connection was closed for a PING.
   */
  async enter(): Promise<Disposable> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    if (!this.#isShut) return { [Symbol.dispose]: resolve };
    resolve();
    throw new LostLinkError("another connection was closed for a PING", false);
  }

  /** A connection was closed for the PING that was let out last. */
  shut(): void {
    this.#isShut = true;
  }
}
