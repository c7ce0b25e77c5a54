/** Does something once, when its function is called. */
export interface Running {
  /** What is to be done. */
  run(): void;
}

/**
 * Functions that are kept for whoever needs one next: as many as connections may
 * have a turn planned at one waking of the process.
 */
const MOST_SPARE = 256;

/** Nobody waits with these: few of thousands of connections plan a turn at a time. */
const spares: Lent[] = [];

class Lent {
  #running: Running | undefined;

  readonly run = (): void => {
    const running = this.#running;
    this.#running = undefined;
    if (spares.length < MOST_SPARE) spares.push(this);
    running?.run();
  };

  lendTo(running: Running): () => void {
    this.#running = running;
    return this.run;
  }
}

/**
 * A function for `queueMicrotask` and its like, to be called once. One of its own
 * takes a connection 100 octets with what it refers to, for as long as it waits.
 */
export function lentRun(running: Running): () => void {
  return (spares.pop() ?? new Lent()).lendTo(running);
}
