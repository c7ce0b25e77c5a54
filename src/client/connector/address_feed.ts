import { LateSet } from "../../collections/mod.ts";
import type { Resolver, ResolverListener } from "../resolving/mod.ts";

/** What an {@linkcode AddressFeed} needs of the connector that has a resolver. */
export interface FeedSource {
  /** The addresses, once they are known. */
  readonly addresses: readonly string[] | undefined;
  /** They are needed. */
  connect(): void;
  /** They may be stale. */
  refresh(): void;
}

/** Hands what the resolver of one connector finds on to others. */
export class AddressFeed {
  readonly #source: FeedSource;
  readonly #listeners = new LateSet<ResolverListener>();

  /** Starts with no others. */
  constructor(source: FeedSource) {
    this.#source = source;
  }

  /** A resolver for another connector. */
  get resolver(): Resolver {
    let own: ResolverListener | undefined;
    return {
      start: (listener) => {
        this.#listeners.add(own = listener);
        this.#source.connect();
        const { addresses } = this.#source;
        if (addresses !== undefined) listener.onAddresses(addresses);
      },
      refresh: () => this.#source.refresh(),
      stop: () => void (own && this.#listeners.delete(own)),
    };
  }

  /** Addresses were found. */
  resolved(addresses: readonly string[]): void {
    for (const each of this.#listeners) each.onAddresses(addresses);
  }

  /** None could be found. */
  failed(error: Error): void {
    for (const each of this.#listeners) each.onError(error);
  }
}
