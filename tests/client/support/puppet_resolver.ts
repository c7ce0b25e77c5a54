import type { Resolver, ResolverListener } from "../../../mod.ts";

/** A resolver that says what the test tells it. */
export class PuppetResolver implements Resolver {
  #listener: ResolverListener | undefined;
  #addresses: readonly string[];

  constructor(...addresses: string[]) {
    this.#addresses = addresses;
  }

  /** Whether it was started, and not stopped since. */
  get isRunning(): boolean {
    return this.#listener !== undefined;
  }

  /** Tells of the addresses from now on. */
  move(...addresses: string[]): void {
    this.#addresses = addresses;
    this.#listener?.onAddresses(addresses);
  }

  start(listener: ResolverListener): void {
    this.#listener = listener;
    listener.onAddresses(this.#addresses);
  }

  refresh(): void {}

  stop(): void {
    this.#listener = undefined;
  }
}
