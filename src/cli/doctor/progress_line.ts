import type { ProbeProgress } from "../../doctor/mod.ts";
import { colours, isSmartTerminal } from "../colours.ts";
import { print, printLine } from "../output.ts";

/** Milliseconds between two looks at the time that is left. */
const TICK = 1_000;

/** Columns of a terminal, if there is none to ask. */
const USUAL_WIDTH = 80;

/** To the first column, and nothing from there. */
const CLEAR = "\r\x1b[K";

/**
 * What is done now and how long it takes: one line that changes on a terminal,
 * else a line for each step.
 */
export class ProgressLine implements Disposable {
  readonly #ticking: ReturnType<typeof setInterval> | undefined;
  #step = "";
  #endsAt = 0;

  /** Shows nothing yet. */
  constructor() {
    if (!isSmartTerminal) return;
    this.#ticking = setInterval(() => this.#draw(), TICK);
  }

  /** Shows another step. */
  show({ step, left }: ProbeProgress): void {
    this.#step = step;
    this.#endsAt = performance.now() + left;
    if (isSmartTerminal) this.#draw();
    else printLine(colours.dim(`${step}, ${this.#left()}`));
  }

  #draw(): void {
    if (this.#step === "") return;
    // Some terminals do not know how wide they are.
    const columns = Deno.consoleSize().columns || USUAL_WIDTH;
    const text = `${this.#step}, ${this.#left()}; Ctrl-C shows what is known`;
    print(`${CLEAR}${colours.dim(text.slice(0, columns - 1))}`);
  }

  #left(): string {
    const left = Math.max(0, this.#endsAt - performance.now());
    return `at most ${Math.ceil(left / 1_000)} s`;
  }

  /** Takes the line away. */
  [Symbol.dispose](): void {
    clearInterval(this.#ticking);
    if (isSmartTerminal) print(CLEAR);
  }
}
