import type { Diagnosis, Finding, Severity } from "../../doctor/mod.ts";
import { colours } from "../colours.ts";
import { printLine } from "../output.ts";
import { printable } from "../../page/mod.ts";

/** Columns of a page where there is no terminal to ask. */
const USUAL_WIDTH = 80;

/** Columns below which lines are broken no shorter. */
const LEAST_WIDTH = 40;

const MARKS: Readonly<Record<Severity, string>> = {
  error: colours.red("error  "),
  warning: colours.yellow("warning"),
  info: colours.cyan("info   "),
  ok: colours.green("ok     "),
};

/** Columns that a mark takes, with the space behind it. */
const INDENT = 8;

/** Prints a diagnosis as a page for people: the verdict first. */
export function printDiagnosis(diagnosis: Diagnosis): void {
  const { subject, severity, verdict, facts, findings } = diagnosis;
  printWrapped(MARKS[severity], colours.bold, verdict);
  printWrapped(NO_MARK, colours.dim, subject);
  printLine("");
  const names = facts.map(([name]) => printable(name).length);
  const width = Math.max(INDENT - 1, ...names);
  for (const [name, value] of facts) {
    const mark = colours.dim(printable(name).padEnd(width));
    printWrapped(mark, (text) => text, value, width + 1);
  }
  printLine("");
  for (const finding of findings) printFinding(finding);
}

function printFinding(
  { severity, title, arithmetic, advice, source }: Finding,
): void {
  printWrapped(MARKS[severity], (text) => text, title);
  if (arithmetic !== undefined) printWrapped(NO_MARK, colours.dim, arithmetic);
  for (const { text } of advice) {
    printWrapped(NO_MARK, colours.green, `→ ${text}`);
  }
  const isBad = severity === "error" || severity === "warning";
  if (isBad && source !== undefined) {
    printLine(`${NO_MARK} ${colours.dim(printable(source))}`);
  }
}

const NO_MARK = " ".repeat(INDENT - 1);

function printWrapped(
  mark: string,
  style: (text: string) => string,
  text: string,
  indent = INDENT,
): void {
  const width = Math.max(LEAST_WIDTH, columns() - indent);
  wrapped(printable(text), width).forEach((line, index) =>
    printLine(`${index === 0 ? mark : " ".repeat(indent - 1)} ${style(line)}`)
  );
}

/** The width of the terminal; one that does not tell has the usual. */
function columns(): number {
  const told = Deno.stdout.isTerminal() ? Deno.consoleSize().columns : 0;
  return told === 0 ? USUAL_WIDTH : told;
}

/** Breaks a text between its words, but not before a unit. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ (?!(?:s|ms|ns|h|%)(?![\w]))/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
