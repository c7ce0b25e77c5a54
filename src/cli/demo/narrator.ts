import { colours, isSmartTerminal } from "../colours.ts";
import { print as printText } from "../output.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** Milliseconds between two pictures of what is being waited for. */
const TICK = 100;

/** How a {@linkcode Narrator} tells. */
export interface NarratorOptions {
  /** Whether it only listens; by default it does not. */
  readonly silent?: boolean;
  /** Whether to show what is being waited for; by default on a terminal. */
  readonly live?: boolean;
  /** Takes the text; by default the standard output does. */
  readonly print?: (text: string) => void;
}

/**
 * Tells stories that happen at the same time one after the other: the first
 * as it happens, each later one from its beginning when its turn comes.
 */
export class Narrator implements Disposable {
  readonly #stories: Story[] = [];
  readonly #print: (text: string) => void;
  #silent: boolean;
  readonly #ticker: ReturnType<typeof setInterval> | undefined;
  #ticks = 0;

  /** Starts without stories. */
  constructor(
    { silent = false, live = isSmartTerminal, print = printText }:
      NarratorOptions = {},
  ) {
    this.#silent = silent;
    this.#print = print;
    if (!silent && live) {
      this.#ticker = setInterval(() => this.#tick(), TICK);
    }
  }

  /** Adds a story, to be told after those before. */
  begin(): Story {
    const story = new Story(() => this.#tell());
    this.#stories.push(story);
    return story;
  }

  /** Falls silent. */
  [Symbol.dispose](): void {
    if (this.#silent) return;
    this.#silent = true;
    clearInterval(this.#ticker);
    this.#print(this.#eraser);
  }

  #tell(): void {
    const lines: string[] = [];
    while (this.#stories.length > 0) {
      lines.push(...this.#stories[0].take());
      if (!this.#stories[0].isOver) break;
      this.#stories.shift();
    }
    if (this.#silent || lines.length === 0) return;
    this.#print(`${this.#eraser}${lines.join("\n")}\n${this.#status()}`);
  }

  #tick(): void {
    this.#ticks++;
    this.#print(this.#eraser + this.#status());
  }

  /** What is being waited for, on a terminal; empty if nothing is. */
  #status(): string {
    if (this.#ticker === undefined) return "";
    const waiting = this.#stories[0]?.waitingFor?.();
    if (waiting === undefined) return "";
    const frame = FRAMES[this.#ticks % FRAMES.length];
    return `   ${colours.yellow(frame)} ${colours.dim(waiting)}`;
  }

  get #eraser(): string {
    return this.#ticker === undefined ? "" : "\r\x1b[2K";
  }
}

/** What happens in one scenario, line by line. */
export class Story {
  /** What is being waited for, if anything. */
  waitingFor: (() => string) | undefined;
  readonly #tell: () => void;
  #lines: string[] = [];
  #isOver = false;

  /** Begins a story; `tell` is called when there is something new. */
  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** Whether nothing more will follow. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Adds a line. */
  add(line: string): void {
    this.#lines.push(line);
    this.#tell();
  }

  /** Ends it. */
  end(): void {
    this.#isOver = true;
    this.#tell();
  }

  /** Takes the lines that have not been told. */
  take(): string[] {
    return this.#lines.splice(0);
  }
}
