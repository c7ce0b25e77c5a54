/** Connections that a server may be made to close, for each rule. */
export const MOST_KICKS = 2;

/** Counts the connections that a server has closed for too many PINGs. */
export class Kicks {
  #count = 0;

  /** How many there were. */
  get count(): number {
    return this.#count;
  }

  /** Whether another one may be provoked. */
  get isLeft(): boolean {
    return this.#count < MOST_KICKS;
  }

  /** One more was closed. */
  note(): void {
    this.#count++;
  }
}
