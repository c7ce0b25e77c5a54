/** Who is told how a write went. */
export interface Writing {
  /** The socket took so many octets. */
  written(count: number): void;
  /** It took none, for a reason. */
  notWritten(reason: unknown): void;
}

/**
 * Pairs of functions that are kept for whoever writes next: as many as PINGs may
 * leave at one waking of the process.
 */
const MOST_SPARE = 256;

/** Nobody waits with these: few of thousands of connections write at a time. */
const spares: Settling[] = [];

/** What a promise calls at its end, as two functions that are made once. */
class Settling {
  #writing: Writing | undefined;

  readonly onDone = (count: number): void => this.#release()?.written(count);

  readonly onFailed = (reason: unknown): void =>
    this.#release()?.notWritten(reason);

  lendTo(writing: Writing): this {
    this.#writing = writing;
    return this;
  }

  #release(): Writing | undefined {
    const writing = this.#writing;
    this.#writing = undefined;
    if (spares.length < MOST_SPARE) spares.push(this);
    return writing;
  }
}

/**
 * Tells how a write went, a microtask after it has ended.
 *
 * An `await` would take two functions and a context for each write, and the
 * suspended function around it three times that: with ten thousand connections
 * that is more than all else that a PING leaves to the garbage collector.
 */
export function whenWritten(write: Promise<number>, writing: Writing): void {
  const { onDone, onFailed } = (spares.pop() ?? new Settling()).lendTo(writing);
  Promise.resolve(write).then(onDone, onFailed);
}
