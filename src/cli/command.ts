import { type Command, CommanderError, Option } from "commander";
import { colours } from "./colours.ts";
import { OUTPUT_GROUP } from "./flags.ts";
import { UsageError } from "./usage_error.ts";

/** What starts a tool in this repository: the word after it is its name. */
export const TASK = "deno task";

/** What the arguments of a tool ask for. */
export type Request<Settings> =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "run"; readonly settings: Settings };

/**
 * Lets a command read the arguments; `settings` is called if they are to be
 * used. The `--` that `deno task server -- --port 0` leaves in front is
 * skipped.
 *
 * @throws {UsageError} If they are not what the command takes.
 */
export function readArguments<Settings>(
  command: Command,
  args: readonly string[],
  settings: () => Settings,
): Request<Settings> {
  let help = "";
  configure(command, (text) => help += text);
  try {
    command.parse(withoutSeparator(args), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") {
      return { kind: "help", text: help.trimEnd() };
    }
    throw usageError(command, error);
  }
  return { kind: "run", settings: settings() };
}

/** The arguments without the `--` in front. */
export function withoutSeparator(args: readonly string[]): readonly string[] {
  return args[0] === "--" ? args.slice(1) : args;
}

function configure(command: Command, onHelp: (text: string) => void): void {
  const places = command.registeredArguments.map((argument) =>
    argument.required ? ` <${argument.name()}>` : ` [${argument.name()}]`
  );
  command
    .usage(`[flags]${places.join("")}`)
    .addHelpOption(
      new Option("--help", "Show this help").helpGroup(OUTPUT_GROUP),
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureHelp({
      optionTerm: termOf,
      styleTitle: colours.bold,
      styleOptionTerm: colours.cyan,
    })
    .configureOutput({
      writeOut: onHelp,
      writeErr: () => {},
      getOutHasColors: () => colours.isColorSupported,
    });
}

function termOf({ flags, long }: Option): string {
  const isBoolean = flags.endsWith(" [boolean]");
  return isBoolean ? `--[no-]${long?.slice(2)}` : flags;
}

/** What commander has to say, in one line. */
function usageError(command: Command, error: CommanderError): UsageError {
  if (error.code === "commander.excessArguments") {
    const [argument] = command.args;
    const { length } = command.registeredArguments;
    const hasTarget = command.options.some(({ long }) => long === "--target");
    const advice = hasTarget ? `, such as --target ${argument}` : "";
    return new UsageError(
      length === 0
        ? `Unexpected "${argument}", expected flags only${advice}`
        : `Unexpected "${command.args[length]}", see --help`,
    );
  }
  const text = error.message.replace(/^error: /, "").replace("\n", " ");
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  const advice = text.includes("Did you mean") ? "" : ", see --help";
  return new UsageError(sentence + advice);
}
