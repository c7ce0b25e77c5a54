import { messageOf } from "../../transport/mod.ts";
import { type Clock, Timer } from "../../runtime/mod.ts";
import { Backoff, resolveBackoff } from "../connections/mod.ts";
import { LeakyBucket } from "./leaky_bucket.ts";
import type { Resolver } from "./resolver.ts";
import { checkAddresses } from "./target.ts";

/**
 * Until a resolver that found nothing that can be used is asked again (gRPC:
 * "exponential backoff"): 1 s, 1.6 s ... 120 s.
 */
const ASK_AGAIN = resolveBackoff();

/**
 * Until a resolver is asked again because connections fail: at once, after
 * 100 ms, 160 ms ... 5 s, up to the next connection. So many addresses that
 * fail one after the other are one reason to look, and so are those that a
 * resolver gives as its answer.
 */
const LOOK_AGAIN = resolveBackoff({ initialBackoff: 100, maxBackoff: 5_000 });

/** Changes of the addresses that take effect at once, and then per second. */
const CHANGES = { burst: 10, perSecond: 10 };

/** No addresses. */
const NOTHING: readonly string[] = [];

/** Is told what can be used of what a resolver finds, and says how to look. */
export interface AddressListener {
  /** How it looks. */
  readonly parts: {
    /** The clock of its pauses, and what draws a number from 0 to 1. */
    readonly setup: { readonly clock: Clock; readonly random: () => number };
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
  /** What follows is made when it is needed first: most resolve once. */
  #askAgain: Backoff | undefined;
  #lookAgain: Backoff | undefined;
  #asking: Timer | undefined;
  #changing: Timer | undefined;
  #changes: LeakyBucket | undefined;
  #hasChanged = false;
  /** Which run of the resolver it is; what an earlier one says is left alone. */
  #run = 0;
  #isStarted = false;
  /** When it is asked; `undefined` if that is not planned. */
  #asksAt: number | undefined;
  /** When it is asked again at the earliest because connections fail. */
  #looksFrom: number | undefined;
  #latest: readonly string[] | undefined;
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
    if (!this.#isStarted) return;
    const now = this.#listener.parts.setup.clock.now();
    this.#ask(Math.max(this.#looksFrom ?? now, now));
  }

  /** A connection was made: what is known is good. */
  settled(): void {
    this.#lookAgain?.reset();
  }

  /** Forgets failures: it is asked at once. */
  resetBackoff(): void {
    this.#askAgain?.reset();
    this.#lookAgain?.reset();
    this.#looksFrom = undefined;
    if (this.#isStarted || this.#asksAt !== undefined) {
      this.#ask(this.#listener.parts.setup.clock.now());
    }
  }

  /** Ends the search, if it has begun. */
  stop(): void {
    this.#run++;
    this.#asking?.cancel();
    this.#asksAt = undefined;
    this.#changing?.cancel();
    this.#latest = undefined;
    this.#told = NOTHING;
    if (!this.#isStarted) return;
    this.#isStarted = false;
    this.#attempt(() => this.#resolver.stop());
  }

  /** Asks at a time, unless it is asked before. */
  #ask(at: number): void {
    if (this.#asksAt !== undefined && at >= this.#asksAt) return;
    this.#asksAt = at;
    const delay = at - this.#listener.parts.setup.clock.now();
    if (delay <= 0) return this.#askNow();
    this.#asking ??= new Timer(this.#listener.parts.setup.clock);
    this.#asking.plan(delay, () => this.#askNow());
  }

  /** An answer that comes at once is none that leads here again at once. */
  #askNow(): void {
    this.#asking?.cancel();
    this.#asksAt = undefined;
    this.#lookAgain ??= new Backoff(
      LOOK_AGAIN,
      this.#listener.parts.setup.random,
    );
    this.#looksFrom = this.#listener.parts.setup.clock.now() +
      this.#lookAgain.draw();
    this.#lookAgain.grow();
    if (this.#isStarted) this.#attempt(() => this.#resolver.refresh());
    else this.start();
  }

  #onAddresses(addresses: readonly string[]): void {
    let checked: readonly string[];
    try {
      checked = checkAddresses(addresses);
      if (checked.length === 0) throw new Error("it has no addresses");
    } catch (error) {
      return this.#onBad(error);
    }
    this.#askAgain?.reset();
    this.#change(checked);
  }

  /** Changes that come too fast wait, and only the latest takes effect. */
  #change(addresses: readonly string[]): void {
    const isWaiting = this.#latest !== undefined;
    this.#latest = addresses;
    if (!isWaiting) this.#changeSoon(addresses);
  }

  #changeSoon(latest: readonly string[]): void {
    if (isSame(latest, this.#told)) return void (this.#latest = undefined);
    const wait = this.#waitForChange();
    if (wait > 0) {
      this.#changing ??= new Timer(this.#listener.parts.setup.clock);
      return this.#changing.plan(wait, () => this.#changeSoon(this.#latest!));
    }
    this.#latest = undefined;
    this.#told = latest;
    this.#listener.onAddresses(latest);
  }

  /** The first change is counted with the second: most make one. */
  #waitForChange(): number {
    if (!this.#hasChanged) {
      this.#hasChanged = true;
      return 0;
    }
    const now = this.#listener.parts.setup.clock.now();
    this.#changes ??= firstTaken(now);
    return this.#changes.take(now);
  }

  /** Nothing that can be used: it is asked again, after a pause. */
  #onBad(error: unknown): void {
    this.#askAgain ??= new Backoff(
      ASK_AGAIN,
      this.#listener.parts.setup.random,
    );
    const at = this.#listener.parts.setup.clock.now() + this.#askAgain.draw();
    if (this.#asksAt === undefined) this.#askAgain.grow();
    this.#ask(at);
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

/** What bounds the changes, after one of them. */
function firstTaken(now: number): LeakyBucket {
  const changes = new LeakyBucket(CHANGES.burst, CHANGES.perSecond);
  changes.take(now);
  return changes;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length &&
    one.every((address, i) => address === other[i]);
}
