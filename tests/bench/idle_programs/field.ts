/**
 * All that `idle.ts` measures in the same seconds.
 *
 * @module
 */
import type { Idler } from "./idler.ts";

/** Figures by their names; of one that has failed, why. */
export type Row = Record<string, string | number>;

/** Those of all, by their names. */
export type Rows = Record<string, Row>;

/** Those that are measured together, until one fails. */
export class Field implements AsyncDisposable {
  /** Those that have not failed. */
  readonly idlers = new Map<string, Idler>();
  /** Why the others have. */
  readonly rows: Rows = {};

  /** Starts one. */
  async add(name: string, how: () => Promise<Idler>): Promise<void> {
    try {
      this.idlers.set(name, await how());
    } catch (error) {
      this.#fail(name, error);
    }
  }

  /** Has all of them do something at once. */
  async all(action: (idler: Idler) => Promise<void> | void): Promise<void> {
    const acting = [...this.idlers].map(async ([name, idler]) => {
      try {
        await action(idler);
      } catch (error) {
        this.#fail(name, error);
        await idler[Symbol.asyncDispose]();
      }
    });
    await Promise.all(acting);
  }

  #fail(name: string, error: unknown): void {
    this.idlers.delete(name);
    this.rows[name] = { missing: (error as Error).message };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const idler of this.idlers.values()) {
      await idler[Symbol.asyncDispose]();
    }
  }
}
