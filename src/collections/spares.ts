/**
 * Objects that are done with, and are used again: nobody else may know them. An
 * array that is filled and emptied by itself would be replaced now and then.
 */
export class Spares<T> {
  readonly #items: (T | undefined)[];
  #count = 0;

  /** Keeps so many at the most. */
  constructor(most: number) {
    this.#items = new Array<T | undefined>(most).fill(undefined);
  }

  /** Takes one, if there is one. */
  take(): T | undefined {
    if (this.#count === 0) return undefined;
    const item = this.#items[--this.#count];
    this.#items[this.#count] = undefined;
    return item;
  }

  /** Keeps one, if there is room. */
  keep(item: T): void {
    if (this.#count < this.#items.length) this.#items[this.#count++] = item;
  }
}
