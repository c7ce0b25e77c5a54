import { Command, Option } from "commander";
import { readArguments, runTool, UsageError } from "../../src/cli/mod.ts";

export { UsageError };

/** A flag of a task. */
export interface TaskFlag {
  /** As commander takes it: `--json`, `--seed <number>`. */
  readonly flags: string;
  /** What it does. */
  readonly help: string;
  /** What it is if it is not given; `false` of one without a value. */
  readonly value?: unknown;
  /** The default in the help, where that is no value. */
  readonly shown?: string;
  /** Reads its text; `previous` is for a flag that may repeat. */
  readonly read?: (text: string, previous: unknown) => unknown;
}

/** What a task of deno.json is to its users. */
export interface TaskTool {
  /** The name of the task. */
  readonly name: string;
  /** What it does, in a sentence or three. */
  readonly purpose: string;
  /** What starts it, if it is no task: `deno run -A tests/bench/calls.ts`. */
  readonly program?: string;
  /** How it may be called, a line each. */
  readonly examples: readonly string[];
  /** What else its help says, after the examples. */
  readonly notes?: readonly string[];
  /** Its flags. */
  readonly flags: readonly TaskFlag[];
}

/** The flag for programs. */
export const JSON_FLAG: TaskFlag = {
  flags: "--json",
  help: "Print JSON for programs instead",
};

/**
 * Runs a task with the arguments of this process, and ends with the status that
 * `run` resolves to, or with 2 and one line if the arguments cannot be used.
 */
export async function runTask<Settings extends object>(
  tool: TaskTool,
  run: (settings: Settings) => Promise<number> | number,
  args: readonly string[] = Deno.args,
): Promise<never> {
  return await runTool(
    tool.name,
    () => {
      const command = commandOf(tool);
      return readArguments(command, args, () => command.opts<Settings>());
    },
    async (settings) => await run(settings),
  );
}

/** Reads a number from `minimum` on, whole or not. */
export function numberFlag(
  name: string,
  { minimum, whole = false }: { minimum: number; whole?: boolean },
): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    const isRight = whole ? Number.isSafeInteger(value) : value < 2 ** 53;
    if (isRight && value >= minimum) return value;
    throw new UsageError(
      `Cannot use --${name}: expected ${
        whole ? "a whole number" : "a number"
      } from ${minimum}, received "${text}"`,
    );
  };
}

/** Reads texts of a flag that may repeat, each checked. */
export function listFlag(
  check: (text: string) => void,
): (text: string, previous: unknown) => string[] {
  return (text, previous) => {
    check(text);
    return [...previous as string[], text];
  };
}

function commandOf(tool: TaskTool): Command {
  const { name, purpose, program, examples, notes = [], flags } = tool;
  const command = new Command(program ?? `deno task ${name}`)
    .description(purpose)
    .addHelpText(
      "after",
      ["", "Examples:", ...examples.map((line) => `  ${line}`), ...notes]
        .join("\n"),
    );
  for (const { flags: syntax, help, value, shown, read } of flags) {
    const option = new Option(syntax, help);
    if (read !== undefined) option.argParser(read);
    const isSwitch = !syntax.includes("<");
    option.default(isSwitch ? false : value, shown);
    command.addOption(option);
  }
  return command;
}
