import { messageOf } from "../transport/errors.ts";
import { Later } from "../transport/later.ts";
import type { Resolver } from "./resolver.ts";
import { checkAddresses } from "./target.ts";

/** Milliseconds until a resolver that could not be started is started anew. */
const RESTART_PAUSE = 1_000;

/** Is told what can be used of what a resolver finds. */
export interface AddressListener {
  /** At least one address, each as `dial` takes it, none twice. */
  onAddresses(addresses: readonly string[]): void;
  /** There are none to be had. */
  onError(error: Error): void;
}

/**
 * A resolver, which may be anybody's code: what it throws or says amiss is an
 * error of its name, and disturbs nothing else.
 */
export class AddressSource {
  readonly #resolver: Resolver;
  readonly #name: string;
  readonly #listener: AddressListener;
  readonly #restart = new Later();
  #run: object | undefined;
  #isStarted = false;

  /**
   * Starts nothing yet.
   *
   * @param name What is resolved, for messages.
   */
  constructor(resolver: Resolver, name: string, listener: AddressListener) {
    this.#resolver = resolver;
    this.#name = name;
    this.#listener = listener;
  }

  /** Begins to look. */
  start(): void {
    const run = {};
    this.#run = run;
    this.#isStarted = true;
    try {
      this.#resolver.start({
        onAddresses: (addresses) => {
          if (this.#run === run) this.#onAddresses(addresses);
        },
        onError: (error) => {
          if (this.#run === run) this.#listener.onError(this.#wrap(error));
        },
      });
    } catch (error) {
      if (this.#run !== run) return;
      this.#isStarted = false;
      this.#restart.plan(RESTART_PAUSE, () => this.start());
      this.#listener.onError(this.#wrap(error));
    }
  }

  /** What is known may be stale. */
  refresh(): void {
    if (this.#isStarted) this.#attempt(() => this.#resolver.refresh());
  }

  /** Ends the search, if it has begun. */
  stop(): void {
    this.#run = undefined;
    this.#restart.cancel();
    if (!this.#isStarted) return;
    this.#isStarted = false;
    this.#attempt(() => this.#resolver.stop());
  }

  #onAddresses(addresses: readonly string[]): void {
    let checked: string[];
    try {
      checked = checkAddresses(addresses);
      if (checked.length === 0) throw new Error("it has no addresses");
    } catch (error) {
      this.#listener.onError(this.#wrap(error));
      return this.refresh();
    }
    this.#listener.onAddresses(checked);
  }

  #wrap(cause: unknown): Error {
    const message = messageOf(cause);
    const known = `Cannot resolve ${this.#name}`;
    return message.startsWith("Cannot resolve")
      ? cause as Error
      : new Error(`${known}: ${message}`, { cause });
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      reportError(error);
    }
  }
}
