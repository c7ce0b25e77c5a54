import type { TransportEvent } from "../transport/public.ts";
import { colours } from "./colours.ts";
import {
  type Line,
  lineOf,
  type Source,
  toJson,
  type ToolEvent,
} from "./lines.ts";
import { printLine } from "./output.ts";
import { printable } from "../page/mod.ts";
import { inWords, type Tone } from "./words.ts";

/** Tells what happens, for people or as JSON. */
export class Report {
  readonly #json: boolean;

  /** Starts a report: JSON lines, or lines for people. */
  constructor(json: boolean) {
    this.#json = json;
  }

  /** Tells what happened to the tool itself. */
  tool(event: ToolEvent): void {
    this.#print({ at: performance.now(), ...event });
  }

  /** Tells what happened to a connection. */
  connection(event: TransportEvent, source?: Source): void {
    this.#print(lineOf(event, source));
  }

  /** Explains something to people. */
  note(text: string): void {
    if (!this.#json) printLine(continuation(text));
  }

  #print(line: Line): void {
    const text = this.#json ? toJson(line) : humanLine(line);
    if (text !== undefined) printLine(text);
  }
}

const TIME_WIDTH = 10;

/** The colour of each tone. */
export const TONES: Readonly<Record<Tone, (text: string) => string>> = {
  good: colours.green,
  plain: (text) => text,
  dim: colours.dim,
  warning: colours.yellow,
  bad: colours.red,
};

function humanLine(line: Line): string | undefined {
  const words = inWords(line);
  if (words === undefined) return undefined;
  const time = `${(line.at / 1_000).toFixed(3)} s`.padStart(TIME_WIDTH);
  const source = line.connection === undefined
    ? ""
    : `${colours.cyan(printable(`#${line.connection} ${line.peer}`))}  `;
  const first = `${colours.dim(time)}  ${source}${
    TONES[words.tone](printable(words.text))
  }`;
  return words.details ? `${first}\n${continuation(words.details)}` : first;
}

function continuation(text: string): string {
  return `${" ".repeat(TIME_WIDTH)}  ${colours.dim(printable(text))}`;
}
