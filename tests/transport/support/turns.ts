import { setImmediate } from "node:timers";

/** Counts the turns of the event loop. */
export class Turns implements Disposable {
  /** How many there were. */
  count = 0;
  #isOver = false;

  constructor() {
    const turn = () => {
      if (this.#isOver) return;
      this.count++;
      setImmediate(turn);
    };
    setImmediate(turn);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
  }
}
