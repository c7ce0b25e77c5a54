import { LostLinkError } from "./lost_link_error.ts";

/**
 * Lets PINGs of the connections of a rule out from one connection at a time,
 * when what those before came to is known, and none after a connection was
 * closed for one: so no more than one is, however many are made ready at the
 * same time.
 */
export class PingGate {
  readonly #waiting: (() => void)[] = [];
  #isBusy = false;
  #isShut = false;

  /**
   * Waits for the connection whose PINGs are under way. The next one waits until
   * this is disposed of.
   *
   * @param isUrgent Whether those who wait already are to wait on.
   * @throws {LostLinkError} If a connection was closed for a PING.
   */
  async enter(isUrgent: boolean): Promise<Disposable> {
    if (this.#isBusy) await this.#turn(isUrgent);
    this.#isBusy = true;
    if (!this.#isShut) return { [Symbol.dispose]: () => this.#leave() };
    this.#leave();
    throw new LostLinkError("another connection was closed for a PING", false);
  }

  /** A connection was closed for the PING that was let out last. */
  shut(): void {
    this.#isShut = true;
  }

  #turn(isUrgent: boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (isUrgent) this.#waiting.unshift(resolve);
    else this.#waiting.push(resolve);
    return promise;
  }

  /** It stays busy if somebody waits. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isBusy = false;
    else next();
  }
}
