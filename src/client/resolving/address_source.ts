import { messageOf } from "../../transport/mod.ts";
import { isSame, PacedChanges } from "./paced_changes.ts";
import { type PauseSetup, ResolverPauses } from "./pauses.ts";
import type { Resolver } from "./resolver.ts";
import { checkAddresses } from "./target.ts";

/** No addresses. */
const NOTHING: readonly string[] = [];

/** Is told what can be used of what a resolver finds, and says how to look. */
export interface AddressListener {
  /** How it looks. */
  readonly parts: {
    /** How pauses are drawn and passed. */
    readonly setup: PauseSetup;
    /** Knows what is resolved, for messages. */
    readonly tracer: { readonly target: string };
  };
  /** At least one address, each as `dial` takes it, none twice. */
  onAddresses(addresses: readonly string[]): void;
  /** There are none to be had. */
  onError(error: Error): void;
}

/**
 * A resolver, which may be anybody's code: what it throws or says amiss is an
 * error of its name, and disturbs nothing else. However fast it answers, it is
 * asked with pauses, and its answers take effect at a bounded rate.
 */
export class AddressSource {
  readonly #resolver: Resolver;
  readonly #listener: AddressListener;
  /** Made when it is to be asked again: most resolve once. */
  #pauses: ResolverPauses | undefined;
  /** Made with the second change. */
  #changes: PacedChanges | undefined;
  #hasChanged = false;
  /** Which run of the resolver it is; what an earlier one says is left alone. */
  #run = 0;
  #isStarted = false;
  #told: readonly string[] = NOTHING;

  /** Starts nothing yet. */
  constructor(resolver: Resolver, listener: AddressListener) {
    this.#resolver = resolver;
    this.#listener = listener;
  }

  /** Begins to look, unless it has begun. */
  start(): void {
    if (this.#isStarted) return;
    const run = ++this.#run;
    this.#isStarted = true;
    try {
      this.#resolver.start({
        onAddresses: (addresses) => {
          if (this.#run === run) this.#onAddresses(addresses);
        },
        onError: (error) => {
          if (this.#run === run) this.#onBad(error);
        },
      }, this.#listener.parts.setup.clock);
    } catch (error) {
      if (this.#run !== run) return;
      this.#isStarted = false;
      this.#onBad(error);
    }
  }

  /** What is known may be stale. */
  refresh(): void {
    if (this.#isStarted) this.#ensurePauses().look();
  }

  /** A connection was made: what is known is good. */
  settled(): void {
    this.#pauses?.settled();
  }

  /** Forgets failures: it is asked at once. */
  resetBackoff(): void {
    this.#pauses?.reset();
    const isWanted = this.#isStarted || this.#pauses?.isPlanned;
    if (isWanted) this.#ensurePauses().look();
  }

  /** Ends the search, if it has begun. */
  stop(): void {
    this.#run++;
    this.#pauses?.cancel();
    this.#changes?.forget();
    this.#told = NOTHING;
    if (!this.#isStarted) return;
    this.#isStarted = false;
    this.#attempt(() => this.#resolver.stop());
  }

  #ensurePauses(): ResolverPauses {
    const { setup } = this.#listener.parts;
    return this.#pauses ??= new ResolverPauses(setup, () => {
      if (this.#isStarted) this.#attempt(() => this.#resolver.refresh());
      else this.start();
    });
  }

  #onAddresses(addresses: readonly string[]): void {
    let checked: readonly string[];
    try {
      checked = checkAddresses(addresses);
      if (checked.length === 0) throw new Error("it has no addresses");
    } catch (error) {
      return this.#onBad(error);
    }
    this.#pauses?.found();
    this.#change(checked);
  }

  /** The first change is counted with the second: most make one. */
  #change(addresses: readonly string[]): void {
    if (this.#changes !== undefined) return this.#changes.add(addresses);
    if (isSame(addresses, this.#told)) return;
    if (!this.#hasChanged) {
      this.#hasChanged = true;
      return this.#tell(addresses);
    }
    this.#changes = new PacedChanges(this.#listener.parts.setup.clock, {
      told: () => this.#told,
      tell: (latest) => this.#tell(latest),
    });
    this.#changes.add(addresses);
  }

  #tell(addresses: readonly string[]): void {
    this.#told = addresses;
    this.#listener.onAddresses(addresses);
  }

  /** Nothing that can be used: it is asked again, after a pause. */
  #onBad(error: unknown): void {
    this.#ensurePauses().failed();
    this.#listener.onError(this.#wrap(error));
  }

  #wrap(cause: unknown): Error {
    const message = messageOf(cause);
    const known = `Cannot resolve ${this.#listener.parts.tracer.target}`;
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
