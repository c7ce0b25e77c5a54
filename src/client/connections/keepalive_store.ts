import { requireFunction, requireKnownKeys } from "../../options/mod.ts";
import type { Clock } from "../../runtime/mod.ts";
import { type LearnedKeepalive, readLearned } from "./learned_floor.ts";

/** Milliseconds for which the first connection waits for what is loaded. */
const LOAD_PATIENCE = 1_000;

/** Keeps what a channel has learned of its servers, from process to process. */
export interface KeepaliveStore {
  /**
   * Gives back what was saved for an authority, once, when the channel is made.
   * The first connection waits a second for a promise. What is not valid, and
   * what is thrown, is told on the console and does nothing else.
   */
  load?(
    authority: string,
  ): LearnedKeepalive | undefined | Promise<LearnedKeepalive | undefined>;
  /**
   * Saves it: when something was learned, and at most once an hour while time
   * passes. `undefined` is to be forgotten. What is thrown is told on the console.
   */
  save?(
    authority: string,
    learned: LearnedKeepalive | undefined,
  ): void | Promise<void>;
}

const KEYS: readonly string[] = ["load", "save"];

/** Loads and saves for one authority; nothing that fails there gets out. */
export class StoreClient {
  readonly #store: KeepaliveStore;
  readonly #authority: string;

  /**
   * Checks a store.
   *
   * @throws {TypeError} If it is none.
   */
  constructor(store: KeepaliveStore, authority: string) {
    requireKnownKeys("keepalive.learned", store, KEYS);
    requireFunction("keepalive.learned.load", store.load);
    requireFunction("keepalive.learned.save", store.save);
    this.#store = store;
    this.#authority = authority;
  }

  /**
   * Loads what was saved.
   *
   * @param adopt Is called with it, if it is valid.
   * @returns What the first connection waits for; `undefined` for nothing.
   */
  load(
    clock: Clock,
    adopt: (learned: LearnedKeepalive) => void,
  ): Promise<void> | undefined {
    try {
      const loaded = this.#store.load?.(this.#authority);
      if (!(loaded instanceof Promise)) return this.#adopt(loaded, adopt);
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = clock.timer(LOAD_PATIENCE, resolve);
      loaded.then(
        (value) => this.#adopt(value, adopt),
        (error) => this.#complain("load", error),
      ).finally(() => {
        timer.cancel();
        resolve();
      });
      return promise;
    } catch (error) {
      this.#complain("load", error);
    }
  }

  /** Saves what was learned. */
  save(learned: LearnedKeepalive | undefined): void {
    try {
      const saved = this.#store.save?.(this.#authority, learned);
      if (!(saved instanceof Promise)) return;
      saved.catch((error) => this.#complain("save", error));
    } catch (error) {
      this.#complain("save", error);
    }
  }

  #adopt(
    value: unknown,
    adopt: (learned: LearnedKeepalive) => void,
  ): undefined {
    if (value === undefined || value === null) return;
    const learned = readLearned(value);
    if (learned === undefined) {
      this.#complain("load", new TypeError("expected a LearnedKeepalive"));
    } else adopt(learned);
  }

  #complain(what: string, error: unknown): void {
    console.warn(
      `@keepalive/grpc: keepalive.learned.${what} for ${this.#authority} failed, and is left out:`,
      error,
    );
  }
}
